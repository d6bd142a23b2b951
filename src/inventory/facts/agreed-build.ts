import { formatWindowsBuild } from '../../terms/windows-build.ts';
import type { WindowsBuild } from '../../terms/windows-build.ts';

/** What one row, object or output says of its device's build, and when. */
export interface ToldBuild {
  readonly build: WindowsBuild | undefined;
  /** UTC instant; `undefined` where the row has none: then it may be of any time. */
  readonly at: string | undefined;
}

/** The build of a device that several rows tell of. */
export interface AgreedBuild {
  readonly build: WindowsBuild | undefined;
  /** What they say against each other, for a note; `undefined` where they agree. */
  readonly doubt: string | undefined;
}

/**
 * The one build that all rows of a device tell: of rows with times the newest counts; where rows of one time, or without one, name
 * two builds none of them is believed, and of two UBRs of one build neither. Who knows no UBR agrees with all of the build. The
 * order of the rows decides nothing.
 */
export function agreedBuild(told: readonly ToldBuild[]): AgreedBuild {
  const builds = new Map<number, WindowsBuild>();
  for (const { build } of newest(told)) if (build !== undefined) builds.set(build.build, better(builds, build));
  const [base] = builds.values();
  if (base === undefined) return { build: undefined, doubt: undefined };
  if (builds.size > 1) return { build: undefined, doubt: doubtOf(newest(told)) };
  const exact = told.filter(({ build }) => build?.build === base.build && (build.ubr ?? 0) > 0);
  const ubrs = new Set(newest(exact).map(({ build }) => build?.ubr));
  const [ubr] = ubrs;
  if (ubrs.size > 1) return { build: { ...base, ubr: undefined }, doubt: doubtOf(newest(exact)) };
  return { build: { ...base, ubr: ubr ?? base.ubr }, doubt: undefined };
}

/** The rows of the last time at which a build was told, and those that may be as new. */
function newest(told: readonly ToldBuild[]): readonly ToldBuild[] {
  const known = told.filter(({ build }) => build !== undefined);
  const last = known.reduce((latest, { at = '' }) => (at > latest ? at : latest), '');
  return known.filter(({ at }) => at === undefined || at === last);
}

/** Some tools write `0.0.9600`. */
function better(builds: ReadonlyMap<number, WindowsBuild>, build: WindowsBuild): WindowsBuild {
  const before = builds.get(build.build);
  return before === undefined || before.major < build.major ? build : before;
}

const mostNamed = 5;

function doubtOf(told: readonly ToldBuild[]): string {
  const texts = new Set(told.flatMap(({ build }) => (build === undefined ? [] : [formatWindowsBuild(build)])));
  const named = [...texts].sort().slice(0, mostNamed);
  return `its build is ${named.join(' and ')}${texts.size > mostNamed ? ' and others' : ''} at once: neither is believed`;
}
