import { isOneBranch } from './facts/servicing-branch.ts';
import type { WindowsBuild } from '../terms/windows-build.ts';
import type { ReportedOs } from './inventory.ts';
import type { Observation } from './observation.ts';

/**
 * The system of several observations, the newest first where they are timed. Timed: the base build of the newest that names
 * one, with the UBR of the newest that knows it; of an older base of the same branch the UBR becomes the level (`rollupLevel`).
 * Without times: the build with a UBR over one without, the higher over the lower. The rest comes from whoever says it, the
 * same one first; what goes with a build (level, version) not from one that saw another.
 */
export function mergeOs(ordered: readonly Observation[], isTimed: boolean): ReportedOs {
  const all = ordered.map(({ inventory }) => inventory.os);
  const ranked = isTimed ? all : byRank(all);
  const pick = <Key extends keyof ReportedOs>(key: Key): ReportedOs[Key] =>
    ranked.find((os) => os[key] !== undefined)?.[key] as ReportedOs[Key];
  const base = pick('build');
  const exact = ranked.map(({ build }) => build).find(hasUbr);
  const isSameBase = base !== undefined && exact !== undefined && base.build === exact.build;
  const isNear = (build: WindowsBuild | undefined): boolean =>
    base === undefined || build === undefined || isOneBranch(base.build, build.build);
  const levelled = ranked.find(({ rollupLevel, build }) => rollupLevel !== undefined && isNear(build));
  const level = levelled?.rollupLevel;
  const from = levelled?.rollupLevelFrom;
  const isExactNear = !isSameBase && exact !== undefined && isNear(exact);
  const isUnsure = from !== undefined && (!isExactNear || (exact.ubr ?? 0) < (level?.ubr ?? 0));
  return {
    name: pick('name'),
    build: isSameBase ? exact : base,
    rollupLevel: isExactNear ? higher(exact, level) : level,
    ...(isUnsure ? { rollupLevelFrom: isExactNear ? higher(exact, from) : from } : {}),
    displayVersion: ranked.find(
      ({ displayVersion, build }) =>
        displayVersion !== undefined && (build === undefined || build.build === (base ?? build).build),
    )?.displayVersion,
    architecture: pick('architecture'),
    // "Server Core" says more than "Server", which a name alone gives.
    installationType: all.some(({ installationType }) => installationType === 'Server Core')
      ? 'Server Core'
      : pick('installationType'),
    editionId: pick('editionId'),
  };
}

/** A fourth part of 0 is what some tools write for "not asked". */
export function hasUbr(build: WindowsBuild | undefined): build is WindowsBuild {
  return (build?.ubr ?? 0) > 0;
}

function higher(exact: WindowsBuild, level: WindowsBuild | undefined): WindowsBuild {
  if (level === undefined) return exact;
  return (level.ubr ?? 0) > (exact.ubr ?? 0) ? level : exact;
}

function byRank(all: readonly ReportedOs[]): readonly ReportedOs[] {
  return [...all].sort((a, b) => rankOf(b) - rankOf(a) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function rankOf({ build }: ReportedOs): number {
  if (build === undefined) return 0;
  return (hasUbr(build) ? 2 : 1) * 1e12 + build.build * 1e6 + (build.ubr ?? 0);
}
