import { unpublishedSoftware } from '../../assessment/unpublished-software.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { InstalledSoftware } from '../../inventory/inventory.ts';
import type { Observation } from '../../inventory/observation.ts';
import type { PatchState } from '../../inventory/patch-state.ts';

/** Software that is reported and that no verdict speaks of. */
export interface OtherSoftware {
  readonly name: string;
  readonly vendor: string | null;
  readonly version: string | null;
  /** When a source last named it; ISO 8601 in UTC, `''` where it does not say. */
  readonly seenAt: string;
}

/** What the sources of a device report and its verdict leaves out, each vendor, name and version once, by name. */
export function listOtherSoftware(
  observations: readonly Observation[],
  state: PatchState,
  catalogue: Catalogue | undefined,
): readonly OtherSoftware[] {
  const left = catalogue === undefined ? new Set() : unpublishedSoftware(state, catalogue);
  const told = new Set(state.software.filter((each) => !left.has(each)).map(keyOf));
  const found = new Map<string, OtherSoftware>();
  for (const { inventory, at = '' } of observations) {
    for (const software of inventory.software) {
      const key = keyOf(software);
      const known = found.get(key);
      if (told.has(key) || (known !== undefined && known.seenAt >= at)) continue;
      const { name, vendor, version } = software;
      found.set(key, { name: name.trim(), vendor: textOf(vendor), version: textOf(version), seenAt: at });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, software]) => software);
}

function keyOf({ name, vendor, version }: PatchState['software'][number] | InstalledSoftware): string {
  return JSON.stringify([name.trim().toLowerCase(), textOf(vendor)?.toLowerCase() ?? null, textOf(version)]);
}

function textOf(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
