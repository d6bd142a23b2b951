import type { PatchState } from '../../inventory/patch-state.ts';
import type { DeviceRow, Store } from '../../store/store.ts';
import { observationsOf } from '../device-observations.ts';
import type { Log } from '../log.ts';

/** Software of other makers: reported, and beyond any verdict. */
export interface OtherSoftware {
  readonly name: string;
  readonly vendor: string | null;
  readonly version: string | null;
  /** When a source last named it; ISO 8601 in UTC. */
  readonly seenAt: string;
}

/** What the sources of a device report and its patch state leaves out, by name and version. */
export function listOtherSoftware(
  { tenantId, id }: DeviceRow,
  state: PatchState,
  { store, log }: { readonly store: Pick<Store, 'listReports'>; readonly log: Log },
): readonly OtherSoftware[] {
  const judged = new Set(state.software.map(keyOf));
  const found = new Map<string, OtherSoftware>();
  for (const { inventory, at } of observationsOf(store.listReports(tenantId, id), log)) {
    for (const { name, vendor = null, version = null } of inventory.software) {
      const key = keyOf({ name, version });
      const seenAt = at ?? '';
      const known = found.get(key);
      if (judged.has(key) || (known !== undefined && known.seenAt >= seenAt)) continue;
      found.set(key, { name, vendor, version, seenAt });
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, software]) => software);
}

function keyOf({ name, version }: { readonly name: string; readonly version: string | null }): string {
  return `${name.trim().toLowerCase()} ${version ?? ''}`;
}
