import type { KbNumber } from '../../terms/kb-number.ts';
import type { FixedVersion, LineRow, SoftwareLine } from './software-line.ts';
import { compareVersions, reaches } from './version.ts';
import type { Version } from './version.ts';

/** What a device has of one servicing line. */
export interface Reached {
  /** Installed updates and all that they supersede. */
  readonly updates: ReadonlySet<KbNumber>;
  /** The product's own version, where it is evidence. */
  readonly running: FixedVersion | undefined;
  /** The versions that a lineage stands at: the product's own, and those of its updates. */
  versions(lineage: number): readonly FixedVersion[];
  /** UTC date of the newest package of a lineage that is reached: what came up to then is in it. `''` where none is. */
  provenTo(lineage: number): string;
  /** UTC date of the first package of a lineage that is above everything reached: what came from then on is not in it. */
  lacksFrom(lineage: number): string;
}

interface Evidence {
  readonly installed: ReadonlySet<KbNumber>;
  readonly running: Version | undefined;
  readonly asOf: string | null;
}

/** What the installed updates and the running version prove. */
export function reachedOf(line: SoftwareLine, { installed, running, asOf }: Evidence): Reached {
  const updates = new Set<KbNumber>();
  for (const kb of installed) {
    if (!line.supersedence.has(kb)) continue;
    updates.add(kb);
    for (const older of line.supersedence.olderThan(kb)) updates.add(older);
  }
  const withBranch = (version: Version): FixedVersion => ({ version, branch: line.branchOf(version) });
  const own = running === undefined ? [] : [withBranch(running)];
  const byLineage = new Map<number, readonly FixedVersion[]>();
  for (const kb of updates) {
    const lineage = line.lineageOf(kb);
    const before = byLineage.get(lineage) ?? own;
    byLineage.set(lineage, [...before, ...line.versionsOf(kb).map(withBranch)]);
  }
  const versions = (lineage: number): readonly FixedVersion[] => byLineage.get(lineage) ?? own;
  // Most lines name a version in every row: the days are looked at where one does not.
  let spans: ReadonlyMap<number, Span> | undefined;
  const spanOf = (lineage: number): Span | undefined => {
    spans ??= spansOf(line.rows, { updates, versions, asOf });
    return spans.get(lineage);
  };
  let provenByProduct: string | undefined;
  return {
    updates: running === undefined ? updates : withReached(line, updates, running),
    running: own[0],
    versions,
    provenTo(lineage) {
      provenByProduct ??= running === undefined ? '' : provenBy(line.rows, running);
      return later(spanOf(lineage)?.provenTo ?? '', provenByProduct);
    },
    lacksFrom: (lineage) => spanOf(lineage)?.lacksFrom ?? '9999',
  };
}

/** An update at or below the running version is in it, and so is what it supersedes. */
function withReached(line: SoftwareLine, updates: ReadonlySet<KbNumber>, running: Version): ReadonlySet<KbNumber> {
  const all = new Set(updates);
  const branch = line.branchOf(running);
  for (const kb of line.supersedence.kbs) {
    const versions = line.versionsOf(kb);
    if (versions.length === 0 || !versions.every((each) => line.branchOf(each) === branch && reaches(running, each)))
      continue;
    // One that names a higher version than its successor contradicts it: then neither proves the other.
    for (const older of line.supersedence.olderThan(kb))
      if (line.versionsOf(older).every((each) => reaches(running, each))) all.add(older);
  }
  return all;
}

/** The product's own version speaks for all its lineages: at any date, what it reaches is in it. */
function provenBy(rows: readonly LineRow[], running: Version): string {
  let proven = '';
  for (const { fixed, releasedOn } of rows) {
    if (releasedOn <= proven || fixed.length === 0) continue;
    if (fixed.every((each) => reaches(running, each))) proven = releasedOn;
  }
  return proven;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

interface Span {
  provenTo: string;
  lacksFrom: string;
}

function spansOf(
  rows: readonly LineRow[],
  {
    updates,
    versions,
    asOf,
  }: {
    readonly updates: ReadonlySet<KbNumber>;
    readonly versions: (lineage: number) => readonly FixedVersion[];
    readonly asOf: string | null;
  },
): ReadonlyMap<number, Span> {
  const spans = new Map<number, Span>();
  const highest = new Map<number, Version | undefined>();
  for (const { kb, fixed, lineage, releasedOn } of rows) {
    let span = spans.get(lineage);
    if (span === undefined) {
      span = { provenTo: '', lacksFrom: '9999' };
      spans.set(lineage, span);
      highest.set(
        lineage,
        versions(lineage)
          .map(({ version }) => version)
          .sort(compareVersions)
          .at(-1),
      );
    }
    const has = highest.get(lineage);
    const installed = kb !== null && updates.has(kb);
    const above = has !== undefined && fixed.length > 0 && fixed.every((each) => !reaches(has, each));
    const within = has !== undefined && fixed.length > 0 && fixed.every((each) => reaches(has, each));
    if ((installed || within) && releasedOn > span.provenTo) span.provenTo = releasedOn;
    const visible = asOf === null || releasedOn <= asOf;
    if (visible && above && !installed && releasedOn < span.lacksFrom) span.lacksFrom = releasedOn;
  }
  return spans;
}
