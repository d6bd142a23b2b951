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
  // A fourth part without the build beside it may be the kernel's, which a query joined.
  const isKernels = version?.ubr !== undefined && version.build !== build?.build;
  const known = build ?? (isKernels ? undefined : version);
  return {
    build: known === undefined ? undefined : { ...known, ubr: undefined },
    ubr: parseUbr(textField(row, 'revision', 'ubr', 'UBR')) ?? (isKernels ? undefined : version?.ubr),
    rank,
  };
}

function ofRegistry(registry: RegistryValues): ToldBuild {
  const number = registry.current('CurrentBuildNumber') ?? registry.current('CurrentBuild');
  return {
    build: parseBuild(number),
    ubr: parseUbr(registry.current('UBR')),
    rank: registry.rankOfCurrent(),
  };
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
