import type { PatchState } from '../../inventory/patch-state.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { speakingKbs } from './reached-level.ts';
import type { ReachedLevel } from './reached-level.ts';
import type { RollupLine } from './rollup-line.ts';

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
  for (const kb of speakingKbs(state, ubr)) {
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
  const only = securityOnly && ubr !== undefined ? securityOnlyLevel(line, byBuild, ubr) : undefined;
  if ((!securityOnly || only?.isRollup === true) && byBuild > place) {
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
    monthOnly: only?.month ?? -1,
    belowKnown,
  };
}

/** What a build says where Security Only updates are listed. */
interface SecurityOnlyLevel {
  /** Only a rollup brings this build: no Security Only update of its month does. */
  readonly isRollup: boolean;
  /** Place of the rollup whose month the build stands for. */
  readonly month: number;
}

/** `byBuild`: the last rollup at or below the build. The two builds of a month can differ, either way. */
function securityOnlyLevel({ packages, updates }: RollupLine, byBuild: number, ubr: number): SecurityOnlyLevel {
  const onlys = [...updates.values()].filter(({ kind }) => kind === 'security-only');
  const newest = onlys
    .filter((each) => each.ubr !== undefined && each.ubr <= ubr)
    .sort((a, b) => (a.ubr ?? 0) - (b.ubr ?? 0) || (a.releasedOn < b.releasedOn ? -1 : 1))
    .at(-1);
  const rollup = packages[byBuild];
  if (rollup !== undefined && (newest === undefined || newest.releasedOn < rollup.releasedOn)) {
    const ofMonth = onlys.filter(({ releasedOn }) => releasedOn === rollup.releasedOn);
    return { isRollup: ofMonth.every((each) => each.ubr !== undefined && each.ubr > ubr), month: byBuild };
  }
  const places = packages.flatMap(({ offered, releasedOn }, place) =>
    offered && releasedOn === newest?.releasedOn ? [place] : [],
  );
  const own = places.find((place) => (packages[place]?.ubr ?? -1) >= (newest?.ubr ?? 0));
  return { isRollup: false, month: own ?? places.at(-1) ?? -1 };
}
