import { releasesOfBranch } from '../../catalogue/build-history.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { RuleInput } from '../rules/rule.ts';
import type { CumulativeLine } from './cumulative-line.ts';

/** How a device takes the fixes of a month: by the cumulative update, or between two baselines by hotpatches. */
export type ServicingTrack = 'cumulative' | 'hotpatch';

/** The UBRs of a line by what brings them, those that only the build history knows included. */
interface LineTracks {
  readonly hotpatches: ReadonlyMap<number, KbNumber>;
  readonly hotpatchUbrs: readonly number[];
  /** Of cumulative updates, previews and out-of-band releases. */
  readonly otherUbrs: readonly number[];
  /** Of the months without a hotpatch, whose cumulative update hotpatched devices take too. */
  readonly baselineUbrs: ReadonlySet<number>;
  readonly kbs: ReadonlySet<KbNumber>;
}

/**
 * Whether a device is on the hotpatch track: the newest release that its build or its list proves is a hotpatch, or a
 * baseline after an installed hotpatch. A hotpatch of long ago below a later preview says nothing: that preview holds none
 * of the month's fixes. Source: the verdict's specification, section 3.5.
 */
export function isOnHotpatchTrack({ catalogue, line, installed, level }: RuleInput): boolean {
  const { ubr } = level;
  if (ubr === undefined || line.hotpatches.length === 0) return false;
  const known = catalogue.once(isOnHotpatchTrack, () => new Map<CumulativeLine, LineTracks>());
  let tracks = known.get(line);
  if (tracks === undefined) {
    tracks = tracksOf(line);
    known.set(line, tracks);
  }
  const { hotpatches, hotpatchUbrs, otherUbrs, baselineUbrs, kbs } = tracks;
  const newest = hotpatchUbrs.findLast((each) => each <= ubr);
  if (newest === undefined) return false;
  const other = otherUbrs.findLast((each) => each <= ubr) ?? -1;
  if (newest >= other) return newest === ubr || installed.has(hotpatches.get(newest) ?? ('' as KbNumber));
  return other === ubr && baselineUbrs.has(other) && [...installed].some((kb) => kbs.has(kb));
}

function tracksOf(line: CumulativeLine): LineTracks {
  const { version, side } = line.windows;
  const hotpatches = new Map<number, KbNumber>();
  const kbs = new Set<KbNumber>();
  const others = new Set<number>();
  for (const { kb, ubr } of line.hotpatches) {
    kbs.add(kb);
    if (ubr !== undefined) hotpatches.set(ubr, kb);
  }
  for (const { kb, ubr } of line.packages) if (ubr !== undefined && !kbs.has(kb)) others.add(ubr);
  for (const { kb, ubr, kind } of releasesOfBranch(version.branch, side)) {
    if (kind.startsWith('hotpatch')) {
      kbs.add(kb);
      if (!hotpatches.has(ubr)) hotpatches.set(ubr, kb);
    } else if (!kbs.has(kb)) others.add(ubr);
  }
  const months = new Set(line.hotpatches.map(({ releasedOn }) => releasedOn));
  const baselines = line.packages.filter(({ offered, releasedOn }) => offered && !months.has(releasedOn));
  const ascending = (a: number, b: number): number => a - b;
  return {
    hotpatches,
    hotpatchUbrs: [...hotpatches.keys()].sort(ascending),
    otherUbrs: [...others].sort(ascending),
    baselineUbrs: new Set(baselines.flatMap(({ ubr }) => ubr ?? [])),
    kbs,
  };
}
