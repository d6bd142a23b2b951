import { readTable } from './read-table.ts';

type Row = readonly [version: string, releasedOn: string];

interface EdgeRelease {
  readonly version: readonly number[];
  readonly releasedOn: string;
}

let loaded: ReadonlyMap<number, readonly EdgeRelease[]> | undefined;

function ofMajor(major: number): readonly EdgeRelease[] {
  loaded ??= Map.groupBy(
    readTable<{ readonly rows: readonly Row[] }>('edge-releases').rows.map(([version, releasedOn]) => ({
      version: version.split('.').map(Number),
      releasedOn,
    })),
    ({ version }) => version[0] ?? 0,
  );
  return loaded.get(major) ?? [];
}

/**
 * Whether a version can be one of Edge: within a major version all share their third part, and some rows name Chrome's
 * (`112.0.5615.49`). Where the table lacks the major version, nothing speaks against it.
 */
export function isEdgeVersion([major = 0, minor = 0, third = 0]: readonly number[]): boolean {
  const releases = ofMajor(major);
  return releases.length === 0 || (minor === 0 && releases.some(({ version }) => version[2] === third));
}

/** The day (UTC) of the newest release up to this version, of its major version; `undefined` where the table lacks it. */
export function edgeReleasedOn([major = 0, , third = 0, fourth = 0]: readonly number[]): string | undefined {
  return ofMajor(major).findLast(
    ({ version: [, , ofThird = 0, ofFourth = 0] }) => ofThird < third || (ofThird === third && ofFourth <= fourth),
  )?.releasedOn;
}
