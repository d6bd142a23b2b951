import { releasesOfBranch } from '../catalogue/build-history.ts';
import { isRollupEra } from '../catalogue/windows-version.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import { formatWindowsBuild, tryParseWindowsBuild } from '../terms/windows-build.ts';
import type { LinePackage } from './lines/cumulative-line.ts';
import type { RuleInput } from './rules/rule.ts';

/** How far a device's Windows is behind the newest update of its branch, by what the catalogue knows. Days are UTC. */
export interface PatchLevel {
  /** When the level that the device has was released; `null` where it is older than all that the catalogue names. */
  readonly releasedOn: string | null;
  readonly newest: {
    readonly kb: KbNumber;
    /** `10.0.26100.4061`; `null` where nothing tells the build. */
    readonly build: string | null;
    readonly releasedOn: string;
  };
  /** From the release of its level to that of the newest; of a level older than all that is known, from the first known on. */
  readonly daysBehind: number;
  /** Months of which it lacks the update. */
  readonly monthsBehind: number;
}

const dayMs = 86_400_000;

/** `null` where nothing shows the level, or the branch has no updates. */
export function patchLevel({ line, level, state }: Pick<RuleInput, 'line' | 'level' | 'state'>): PatchLevel | null {
  const newest = line.packages.findLast(({ offered }) => offered);
  if (newest === undefined || level.evidence === 'nothing') return null;
  // A Security Only update reaches its own month, whatever it leaves open before it.
  const place = 'monthOnly' in level ? Math.max(level.place, Number(level.monthOnly)) : level.place;
  const reached = line.packages[place];
  const lacking = line.packages.slice(place + 1).filter(({ offered }) => offered);
  const releasedOn = historyDate({ line, level }) ?? reached?.releasedOn ?? null;
  const from = releasedOn ?? line.packages[0]?.releasedOn ?? newest.releasedOn;
  return {
    releasedOn,
    newest: { kb: newest.kb, build: buildOf(newest, state.os.build), releasedOn: newest.releasedOn },
    daysBehind: Math.max(0, Math.round((Date.parse(newest.releasedOn) - Date.parse(from)) / dayMs)),
    monthsBehind: new Set(lacking.map(({ releasedOn }) => releasedOn.slice(0, 7))).size,
  };
}

/** When the build that is reached was released: the history knows previews and levels before the first advisory. */
function historyDate({ line, level }: Pick<RuleInput, 'line' | 'level'>): string | undefined {
  const { ubr } = level;
  if (ubr === undefined || isRollupEra(line.windows.version)) return undefined;
  return releasesOfBranch(line.windows.version.branch, line.windows.side).findLast(
    ({ ubr: brought, date, kind }) => brought <= ubr && /^\d{4}-\d\d-\d\d$/.test(date) && !kind.startsWith('hotpatch'),
  )?.date;
}

/** Builds of one branch share their UBRs: the device's own number stays. */
function buildOf({ ubr }: LinePackage, own: string | null): string | null {
  const build = tryParseWindowsBuild(own ?? '');
  return build === undefined || ubr === undefined ? null : formatWindowsBuild({ ...build, ubr });
}
