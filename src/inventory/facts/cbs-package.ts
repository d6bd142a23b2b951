import { tryParseKbNumber } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { WindowsBuild } from '../../terms/windows-build.ts';

/** What the name of a servicing package tells. */
export interface CbsPackage {
  /** Of a `Package_for_RollupFix`: build and UBR; the build may be that of a sibling in the branch. */
  readonly rollupLevel: WindowsBuild | undefined;
  /** Of a `Package_for_KB…`. */
  readonly kb: KbNumber | undefined;
}

/**
 * `Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.8655.1.9` or `Package_for_KB5015684~31bf3856ad364e35~amd64~~19041.1799.1.2`;
 * `undefined` for the packages that Windows itself consists of. A part of an update (`Package_1_for_KB5015684~…`) tells its KB too.
 */
export function parseCbsPackage(name: string): CbsPackage | undefined {
  const rollup =
    /^Package_for_RollupFix~[0-9a-f]{16}~\w{3,8}~[\w-]{0,12}~(\d{4,5})\.(\d{1,5})(?:\.\d{1,5}){1,2}$/i.exec(
      name.trim(),
    );
  if (rollup !== null) return { rollupLevel: buildOf(Number(rollup[1]), Number(rollup[2])), kb: undefined };
  const kb = /^Package(?:_\d{1,5})?_for_KB(\d{6,7})(?:_\w{1,20})?~/i.exec(name.trim())?.[1];
  return kb === undefined ? undefined : { rollupLevel: undefined, kb: tryParseKbNumber(kb) };
}

/** Windows' major and minor number stand in no package name; every build has one pair. */
function buildOf(build: number, ubr: number): WindowsBuild | undefined {
  const [major, minor] = versionOfBuild(build);
  return major === 0 ? undefined : { major, minor, build, ubr };
}

/** `10.0` for 10240 and later, `6.3` for 9600 …; `0.0` for no build of Windows that has packages. */
export function versionOfBuild(build: number): readonly [major: number, minor: number] {
  if (build >= 10240) return [10, 0];
  if (build === 9600) return [6, 3];
  if (build === 9200) return [6, 2];
  if (build === 7600 || build === 7601) return [6, 1];
  return build >= 6000 && build <= 6003 ? [6, 0] : [0, 0];
}
