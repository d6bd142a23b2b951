import type { KbNumber } from '../../terms/kb-number.ts';
import type { Contribution } from '../contribution.ts';
import type { TenantExposure } from '../tenant-exposure.ts';

/** For devices of a state, the update to install that stands for a missing one; `undefined` for one that is not missing. */
export function lastUpdates({
  missing,
  replacedBy,
}: Pick<Contribution, 'missing' | 'replacedBy'>): (kb: KbNumber) => KbNumber | undefined {
  const next = new Map(missing.map((kb, at) => [kb, replacedBy[at] ?? null]));
  return (kb) => {
    let at = kb;
    for (let steps = 0; steps <= next.size; steps += 1) {
      const behind = next.get(at);
      if (behind === undefined) return undefined;
      if (behind === null) return at;
      at = behind;
    }
    return undefined;
  };
}

/** CVEs by `CveNumbers` that are open where the update is to install, and that it closes with all that it replaces there. */
export function closedCves(exposure: TenantExposure, kb: KbNumber): ReadonlySet<number> {
  const closed = new Set<number>();
  for (const { contribution } of exposure.states().values()) {
    if (!contribution.install.includes(kb)) continue;
    const lastOf = lastUpdates(contribution);
    const ones = new Set(contribution.missing.filter((each) => lastOf(each) === kb).map(Number));
    for (const { kbs, cves } of contribution.open)
      kbs.forEach((each, at) => {
        if (ones.has(each)) closed.add(cves[at] ?? 0);
      });
  }
  return closed;
}
