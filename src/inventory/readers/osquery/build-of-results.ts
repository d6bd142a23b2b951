import { agreedBuild } from '../../facts/agreed-build.ts';
import type { AgreedBuild } from '../../facts/agreed-build.ts';
import { parseBuild, parseUbr } from '../../facts/build-number.ts';
import { doubtOfRegistry } from '../../facts/registry-facts.ts';
import { isPath, isWow64, textValue } from '../../facts/registry-keys.ts';
import { fieldOf, textField } from '../../text/loose-json.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import type { RankedKey, RankedRow, SortedRows } from './sorted-rows.ts';

/** What one row or key says of the build. */
interface ToldParts {
  /** Without the UBR. */
  readonly build: WindowsBuild | undefined;
  readonly ubr: number | undefined;
  readonly at: string | undefined;
}

/**
 * The build with its UBR: `os_version` has one (`revision`) since osquery 5.12.1, else the registry does. Two results of different
 * times that name different builds were made before and after an upgrade: the newer one counts alone. Of one time, neither does.
 */
export function buildOf(tables: SortedRows): AgreedBuild {
  const told = [...tables.rows('os_version').map(ofRow), ...keysOfOneResult(tables.registry).map(ofKeys)];
  const agreed = agreedBuild(told);
  const { build } = agreed;
  if (build === undefined) return agreed;
  return agreedBuild([
    { build, at: undefined },
    ...told.flatMap(({ build: own = build, ubr, at }) =>
      ubr !== undefined && own.build === build.build ? [{ build: { ...build, ubr }, at }] : [],
    ),
  ]);
}

function ofRow({ row, at }: RankedRow): ToldParts {
  const build = parseBuild(textField(row, 'build'));
  const version = parseBuild(textField(row, 'version'));
  // One row is of one moment: it has one build.
  if (build !== undefined && version !== undefined && version.ubr === undefined && version.build !== build.build)
    return { build: undefined, ubr: undefined, at };
  // A fourth part without the build beside it may be the kernel's, which a query joined.
  const isKernels = version?.ubr !== undefined && version.build !== build?.build;
  const known = build ?? (isKernels ? undefined : version);
  return {
    build: known === undefined ? undefined : { ...known, ubr: undefined },
    ubr: parseUbr(fieldOf(row, 'revision', 'ubr', 'UBR')) ?? (isKernels ? undefined : version?.ubr),
    at,
  };
}

/** `CurrentVersion` as each result has it. */
function keysOfOneResult(keys: readonly RankedKey[]): readonly (readonly RankedKey[])[] {
  const own = keys.filter((key) => isPath(key, 'microsoft\\windows nt\\currentversion') && !isWow64(key));
  return [...Map.groupBy(own, ({ rank }) => rank).values()];
}

function ofKeys(keys: readonly RankedKey[]): ToldParts {
  const at = keys[0]?.at;
  // Of two builds under the two names that the registry has for one, neither is believed, nor the UBR.
  if (doubtOfRegistry(keys) !== undefined) return { build: undefined, ubr: undefined, at };
  const first = (name: string): string | undefined => keys.flatMap((key) => textValue(key, name) ?? [])[0];
  return {
    build: parseBuild(first('currentbuildnumber') ?? first('currentbuild')),
    ubr: parseUbr(first('ubr')),
    at,
  };
}

/** Why no build, or no UBR, is told although the results name some. */
export function doubtOfBuild(tables: SortedRows): string | undefined {
  return keysOfOneResult(tables.registry).flatMap((keys) => doubtOfRegistry(keys) ?? [])[0] ?? buildOf(tables).doubt;
}
