import { compareReleases } from '../lines/release-order.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { WindowsRule, LackingUpdate, OpenVulnerability, RuleFinding, RuleInput } from './rule.ts';

/** Cumulative updates from July 2021 on removed Flash Player. Source: Microsoft's KB4577586 and its announcement. */
export const removedSince = '2021-07-13';

/**
 * Adobe Flash Player as shipped with Windows 8 to 10 20H2: updates of its own, each of which replaces all before it. No
 * build tells them, so the device's update list must. Source: the verdict's specification, section 5.
 */
export const flashPlayer: WindowsRule = {
  id: 'flash-player',
  judges: 'windows',
  judge(input) {
    const product = findFlash(input);
    if (product === undefined) return undefined;
    const empty: RuleFinding = { products: [product], open: [], lacking: [], undetermined: [], standIns: new Map() };
    if (input.level.evidence === 'nothing') return empty; // the operating system's verdict says why
    const updates = flashUpdates(input.catalogue, product).filter(
      ({ releasedOn }) => input.asOf === null || releasedOn <= input.asOf,
    );
    const missing = updates.slice(1 + updates.findLastIndex(({ kb }) => input.installed.has(kb)));
    if (missing.length === 0 || wasRemoved(input)) return empty;
    if (input.state.updateList === 'none') {
      const detail = 'its updates show in the update list only, and none was reported';
      return { ...empty, undetermined: [{ product, reason: 'no-update-list', detail }] };
    }
    const newest = missing.at(-1)?.kb ?? null;
    const lacking: LackingUpdate[] = missing.map(({ kb }) => ({
      kb,
      kind: 'flash',
      ofOs: false,
      replacedBy: kb === newest ? null : newest,
    }));
    const open: OpenVulnerability[] = missing.flatMap(({ kb, vulnerabilities }) =>
      vulnerabilities.map((vulnerability) => ({ vulnerability, product, kbs: [kb] })),
    );
    return { ...empty, lacking, open };
  },
};

function findFlash({ catalogue, os }: RuleInput): number | undefined {
  if (os.windows.core) return undefined;
  const components = catalogue.componentsOn(catalogue.product(os.product).id);
  return components.find((component) => catalogue.productName(component).startsWith('Adobe Flash Player'));
}

function wasRemoved({ line, level }: RuleInput): boolean {
  return (line.packages[level.place]?.releasedOn ?? '') >= removedSince;
}

interface FlashUpdate {
  readonly kb: KbNumber;
  readonly releasedOn: string;
  readonly vulnerabilities: readonly number[];
}

/** The product's updates, oldest first. */
function flashUpdates(catalogue: Catalogue, product: number): readonly FlashUpdate[] {
  const cache = catalogue.once(flashUpdates, () => new Map<number, readonly FlashUpdate[]>());
  const cached = cache.get(product);
  if (cached !== undefined) return cached;
  const byKb = new Map<KbNumber, number[]>();
  for (const row of catalogue.rowsOfProduct(product)) {
    const { kb } = catalogue.remediation(catalogue.rowRemediation(row));
    if (kb !== null) byKb.set(kb, [...(byKb.get(kb) ?? []), catalogue.rowVulnerability(row)]);
  }
  const updates = [...byKb].map(([kb, vulnerabilities]) => ({
    kb,
    releasedOn: catalogue.findRelease(kb)?.releasedOn ?? '',
    vulnerabilities,
  }));
  updates.sort((a, b) => compareReleases(a, b));
  cache.set(product, updates);
  return updates;
}
