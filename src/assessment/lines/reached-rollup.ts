import type { PatchState } from '../../inventory/patch-state.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ReachedLevel } from './reached-level.ts';
import type { ComponentUpdate, RollupLine } from './rollup-line.ts';

/** How far along its rollups a device stands, and what else is known about where it came from. */
export interface ReachedRollup extends ReachedLevel {
  /** One rollup's month that is reached by a Security Only update, which leaves the months before it open; else -1. */
  readonly monthOnly: number;
  /** The UBR is lower than every one that a document names: how far below cannot be told. */
  readonly belowKnown: boolean;
}

/**
 * Listed rollups and previews decide; a UBR too, but a rollup and the Security Only update of its month have the same: it
 * stands for the months before only where no Security Only is listed.
 * Source: the verdict's specification, section 4.
 */
export function reachedRollup(line: RollupLine, state: PatchState, ubr: number | undefined): ReachedRollup {
  let place = -1;
  let decided: KbNumber | undefined;
  let known = false;
  let securityOnly = false;
  for (const kb of state.installedKbs) {
    const own = line.placeOf.get(kb) ?? line.previews.get(kb);
    const update = line.updates.get(kb);
    known ||= own !== undefined || update !== undefined;
    securityOnly ||= update?.kind === 'security-only';
    if (own === undefined || own <= place) continue;
    place = own;
    decided = kb;
  }
  const byBuild =
    ubr === undefined ? -1 : line.packages.findLastIndex((each) => each.ubr !== undefined && each.ubr <= ubr);
  const belowKnown = ubr !== undefined && byBuild === -1 && !known && state.updateList !== 'complete';
  if (!securityOnly && byBuild > place) {
    place = byBuild;
    decided = undefined;
  }
  const listed = known || state.updateList === 'complete';
  const firstKnown = line.packages.findIndex((each) => each.ubr !== undefined);
  return {
    place: belowKnown ? (firstKnown === -1 ? line.packages.length : firstKnown) - 1 : place,
    evidence:
      decided !== undefined || (ubr === undefined && known)
        ? 'installed-update'
        : ubr !== undefined
          ? 'ubr'
          : listed
            ? 'answered-none'
            : 'nothing',
    kb: decided,
    ubr,
    pending: undefined,
    monthOnly: securityOnly && ubr !== undefined ? monthOfSecurityOnly(line, ubr) : -1,
    belowKnown,
  };
}

/** The rollup of the month whose Security Only update the build is of: the two builds of a month can differ. */
function monthOfSecurityOnly({ packages, updates }: RollupLine, ubr: number): number {
  let newest: ComponentUpdate | undefined;
  for (const update of updates.values()) {
    if (update.kind !== 'security-only' || update.ubr === undefined || update.ubr > ubr) continue;
    const isNewer = newest?.ubr === undefined || update.ubr > newest.ubr;
    if (isNewer || (update.ubr === newest?.ubr && update.releasedOn > newest.releasedOn)) newest = update;
  }
  return packages.findLastIndex(({ offered, releasedOn }) => offered && releasedOn === newest?.releasedOn);
}
