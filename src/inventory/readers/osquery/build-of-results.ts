import { versionOfBuild } from '../../facts/cbs-package.ts';
import { textField } from '../../text/loose-json.ts';
import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import type { RegistryValues } from './registry-values.ts';
import type { RankedRow } from './sorted-rows.ts';

/** What one table says of the build. */
interface ToldBuild {
  readonly build: WindowsBuild | undefined;
  readonly ubr: number | undefined;
  /** Age of the result, 0 the newest. */
  readonly rank: number;
}

/**
 * The build with its UBR: `os_version` has one (`revision`) since osquery 5.12.1, else the registry does. Two results that
 * name different builds were made before and after an upgrade; the newer one counts alone.
 */
export function buildOf(osRows: readonly RankedRow[], registry: RegistryValues): WindowsBuild | undefined {
  const told = [...osRows.map(ofRow), ofRegistry(registry)].filter(
    ({ build, ubr }) => build !== undefined || ubr !== undefined,
  );
  const inOrder = told.sort((a, b) => a.rank - b.rank);
  const build = inOrder.find((each) => each.build !== undefined)?.build;
  if (build === undefined) return undefined;
  const ubr = inOrder.find((each) => each.ubr !== undefined && (each.build ?? build).build === build.build)?.ubr;
  return { ...build, ubr };
}

function ofRow({ row, rank }: RankedRow): ToldBuild {
  const build = parseBuild(textField(row, 'build'));
  const version = tryParseWindowsBuild(textField(row, 'version') ?? '');
  const isOther = version !== undefined && version.build !== build?.build;
  // One row is of one moment: it has one build.
  if (isOther && version.ubr === undefined && build !== undefined) return { build: undefined, ubr: undefined, rank };
  // A fourth part without the build beside it may be the kernel's, which a query joined.
  const isKernels = isOther && version.ubr !== undefined;
  const plain = isKernels ? undefined : version;
  const known = build ?? plain;
  return {
    build: known && { ...known, ubr: undefined },
    ubr: parseUbr(textField(row, 'revision', 'ubr', 'UBR')) ?? plain?.ubr,
    rank,
  };
}

function ofRegistry(registry: RegistryValues): ToldBuild {
  const [build, other] = buildsIn(registry);
  const isBelieved = other === undefined;
  return {
    build: isBelieved ? build : undefined,
    ubr: isBelieved ? parseUbr(registry.current('UBR')) : undefined,
    rank: registry.rankOfCurrent(),
  };
}

/** The builds under the two names that the registry has for them; where they differ, neither is believed, nor the UBR. */
function buildsIn(registry: RegistryValues): readonly WindowsBuild[] {
  const builds = ['CurrentBuildNumber', 'CurrentBuild'].flatMap((name) => parseBuild(registry.current(name)) ?? []);
  const [first] = builds;
  return builds.filter((each, index) => index === 0 || each.build !== first?.build);
}

/** Why the registry tells no build although it names some. */
export function doubtOfBuild(registry: RegistryValues): string | undefined {
  const [build, other] = buildsIn(registry);
  return build === undefined || other === undefined
    ? undefined
    : `CurrentBuildNumber is ${build.build} and CurrentBuild ${other.build}: neither is believed`;
}

/** `26100` as 10.0.26100; every build of Windows has one major and minor number. */
function parseBuild(text: string | undefined): WindowsBuild | undefined {
  const build = /^\d{4,5}$/.test(text ?? '') ? Number(text) : 0;
  const [major, minor] = versionOfBuild(build);
  return major === 0 ? undefined : { major, minor, build, ubr: undefined };
}

function parseUbr(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}
