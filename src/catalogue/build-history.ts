import type { KbNumber } from '../terms/kb-number.ts';
import { readTable } from './read-table.ts';
import { isParted, windowsVersions } from './windows-version.ts';
import type { WindowsSide } from './windows-version.ts';

/** One release of Windows 10 or later: the build that a KB brought. */
export interface BuildRelease {
  readonly kb: KbNumber;
  readonly build: number;
  readonly ubr: number;
  readonly side: WindowsSide | 'both';
  /** ISO date, `a..b` for a time between, `''` where unknown. */
  readonly date: string;
  /** `standard`, `preview`, `out-of-band`, `hotpatch` … or `''`. */
  readonly kind: string;
}

type Row = readonly [build: number, ubr: number, kb: number, side: BuildRelease['side'], date: string, kind: string];

let releases: ReadonlyMap<string, readonly BuildRelease[]> | undefined;
const byBranch = new Map<string, readonly BuildRelease[]>();

function load(): ReadonlyMap<string, readonly BuildRelease[]> {
  const { rows } = readTable<{ readonly rows: readonly Row[] }>('build-history');
  const branches = new Map(windowsVersions().map(({ build, branch }) => [build, branch]));
  const byKb = new Map<string, BuildRelease[]>();
  for (const [build, ubr, kb, side, date, kind] of rows) {
    const key = `${kb} ${branches.get(build) ?? build}`;
    const release: BuildRelease = { kb: String(kb) as KbNumber, build, ubr, side, date, kind };
    const list = byKb.get(key);
    if (list === undefined) byKb.set(key, [release]);
    else list.push(release);
  }
  return byKb;
}

/** Every release of the table. */
export function knownReleases(): readonly BuildRelease[] {
  releases ??= load();
  return [...releases.values()].flat();
}

/** What the KB brought to builds of this branch, previews and out-of-band releases included; empty where it is not known. */
export function findReleases(kb: KbNumber, branch: number, side: WindowsSide): readonly BuildRelease[] {
  releases ??= load();
  const found = releases.get(`${kb} ${branch}`) ?? [];
  // The tables list few servers beside their clients; where both are serviced alike, either row tells.
  return isParted(branch) ? found.filter((release) => release.side === 'both' || release.side === side) : found;
}

/** Every release of a branch, oldest UBR first; on a parted branch those of the side. */
export function releasesOfBranch(branch: number, side: WindowsSide): readonly BuildRelease[] {
  releases ??= load();
  const key = `${branch} ${side}`;
  let found = byBranch.get(key);
  if (found === undefined) {
    const end = ` ${branch}`;
    found = [...releases]
      .filter(([name]) => name.endsWith(end))
      .flatMap(([, list]) => list)
      .filter((release) => !isParted(branch) || release.side === 'both' || release.side === side)
      .sort((a, b) => a.ubr - b.ubr);
    byBranch.set(key, found);
  }
  return found;
}

/** The lowest UBR of the branch that was released after a day (UTC): a device that has it holds what came before. */
export function firstUbrAfter(day: string, branch: number, side: WindowsSide): number | undefined {
  return releasesOfBranch(branch, side).find(
    ({ date, kind }) => /^\d{4}-\d\d-\d\d$/.test(date) && date > day && !kind.startsWith('hotpatch'),
  )?.ubr;
}

/**
 * The UBR that the KB brought. Where the sources name two (4057142), the lower: what a device shows at least.
 */
export function findUbr(kb: KbNumber, branch: number, side: WindowsSide): number | undefined {
  const ubrs = findReleases(kb, branch, side).map(({ ubr }) => ubr);
  return ubrs.length === 0 ? undefined : Math.min(...ubrs);
}
