import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { fixRows } from './fix-rows.ts';
import type { FixRow } from './fix-rows.ts';
import { lineagesOf } from './lineages.ts';
import { Supersedence } from './supersedence.ts';
import { compareVersions, firstTwoParts } from './version.ts';
import type { Version } from './version.ts';

/** How a servicing line of installed software is published. One shape gives one line per catalogue. */
export interface LineShape {
  readonly products: readonly number[];
  /** Products whose updates supersede those of the line as well: a package is filed now under the one, now the other. Default: none but `products`. */
  readonly family?: readonly number[];
  /**
   * `one`: updates of a branch replace each other, the higher version covers. `parts`: a product has several parts, each
   * with a lineage of updates by what they supersede, and a vulnerability needs all that are named.
   */
  readonly order: 'one' | 'parts';
  /** With `parts`: a package alone that nothing supersedes is an earlier one of the chain that goes on. Default: a part of its own. */
  readonly joinsStrays?: boolean;
  /** A published version as it is meant; `undefined` where it cannot be of this line. Default: as published. */
  readonly admit?: (published: Version) => Version | undefined;
  /** Versions that an update is known to bring where its row names none. */
  readonly knownVersions?: (kb: KbNumber) => readonly Version[];
  /** Versions with an equal branch replace each other; of others only the highest does. Default: the first two parts. */
  readonly branchOf?: (version: Version) => string;
}

/** A row with its version judged and its lineage told. */
export interface LineRow extends FixRow {
  /** The versions that can be compared. */
  readonly fixed: readonly Version[];
  /** It names versions, and none can be of this line. */
  readonly foreign: boolean;
  readonly lineage: number;
}

/** The rows of one vulnerability in one lineage. */
export interface LineGroup {
  readonly vulnerability: number;
  readonly lineage: number;
  readonly rows: readonly LineRow[];
  readonly fixed: readonly FixedVersion[];
  /** UTC date of the newest row. */
  readonly newest: string;
}

/** A version with its branch. */
export interface FixedVersion {
  readonly version: Version;
  readonly branch: string;
}

/** The rows of one servicing line, put in order once per catalogue. */
export interface SoftwareLine {
  readonly shape: LineShape;
  readonly groups: readonly LineGroup[];
  readonly rows: readonly LineRow[];
  /** Every version that fixes a vulnerability in any of its lineages. */
  fixedIn(vulnerability: number): readonly FixedVersion[];
  readonly supersedence: Supersedence;
  readonly branchOf: (version: Version) => string;
  lineageOf(kb: KbNumber): number;
  /** Versions that the update brings, the lowest first. */
  versionsOf(kb: KbNumber): readonly Version[];
}

/** `key` tells the shapes of one rule apart. */
export function softwareLine(catalogue: Catalogue, key: string, shapeOf: () => LineShape): SoftwareLine {
  const cache = catalogue.once(softwareLine, () => new Map<string, SoftwareLine>());
  let line = cache.get(key);
  if (line === undefined) {
    line = prepare(catalogue, shapeOf());
    cache.set(key, line);
  }
  return line;
}

function prepare(catalogue: Catalogue, shape: LineShape): SoftwareLine {
  const { products, family = products, order, branchOf = firstTwoParts, joinsStrays = false } = shape;
  const published = withoutBackward(
    family.flatMap((product) => fixRows(catalogue, product).map((row) => admitted(row, shape))),
    branchOf,
  );
  const supersedence = new Supersedence(published);
  const versions = versionsByKb(published);
  const lineages =
    order === 'one'
      ? new Map<KbNumber, number>()
      : lineagesOf(published, supersedence, { versionOf: (kb) => versions.get(kb)?.at(-1), joinsStrays });
  const lineageOf = (kb: KbNumber): number => lineages.get(kb) ?? 0;
  const own = new Set(products);
  const rows = withoutTwins(
    published.flatMap((row) =>
      own.has(row.product) ? [{ ...row, lineage: row.kb === null ? 0 : lineageOf(row.kb) }] : [],
    ),
  );
  const groups = [...Map.groupBy(rows, ({ vulnerability, lineage }) => `${vulnerability} ${lineage}`).values()].map(
    (each) => groupOf(each, branchOf),
  );
  const fixes = new Map<number, readonly FixedVersion[]>();
  for (const { vulnerability, fixed } of groups)
    fixes.set(vulnerability, [...(fixes.get(vulnerability) ?? []), ...fixed]);
  return {
    shape,
    rows,
    fixedIn: (vulnerability) => fixes.get(vulnerability) ?? [],
    groups,
    supersedence,
    branchOf,
    lineageOf,
    versionsOf: (kb) => versions.get(kb) ?? [],
  };
}

/** `rows`: of one vulnerability and lineage. */
export function groupOf(rows: readonly LineRow[], branchOf: (version: Version) => string): LineGroup {
  return {
    vulnerability: rows[0]?.vulnerability ?? -1,
    lineage: rows[0]?.lineage ?? 0,
    rows,
    fixed: rows.flatMap(({ fixed }) => fixed.map((version) => ({ version, branch: branchOf(version) }))),
    newest: rows.reduce((newest, { releasedOn }) => (releasedOn > newest ? releasedOn : newest), ''),
  };
}

function admitted(row: FixRow, { admit, knownVersions }: LineShape): Omit<LineRow, 'lineage'> {
  const known = row.versions.length > 0 || row.kb === null ? [] : (knownVersions?.(row.kb) ?? []);
  const named = row.versions.length > 0 ? row.versions : known;
  const fixed =
    admit === undefined ? named : named.flatMap((version) => [admit(version) ?? []].filter((each) => each.length > 0));
  return { ...row, fixed, foreign: row.versions.length > 0 && fixed.length === 0 };
}

/**
 * Along release documents versions grow: an update with a lower one than two released before it names a wrong version, and
 * is judged as one that names none. `14.0.24252.2` of January 2025 after `14.0.27561.0`.
 */
function withoutBackward(
  rows: readonly Omit<LineRow, 'lineage'>[],
  branchOf: (version: Version) => string,
): readonly Omit<LineRow, 'lineage'>[] {
  const versions = versionsByKb(rows);
  const released = new Map(
    rows.flatMap(({ kb, releasedOn, product }) => (kb === null ? [] : [[`${product} ${kb}`, releasedOn]])),
  );
  const byProduct = Map.groupBy(released.keys(), (key) => key.slice(0, key.indexOf(' ')));
  const backward = new Set<string>();
  for (const keys of byProduct.values()) {
    const updates = keys.flatMap((key) => {
      const version = versions.get(key.slice(key.indexOf(' ') + 1) as KbNumber)?.at(-1);
      return version === undefined ? [] : [{ key, version, branch: branchOf(version), on: released.get(key) ?? '' }];
    });
    for (const { key, version, branch, on } of updates) {
      const above = updates.filter(
        (each) => each.on < on && each.branch === branch && compareVersions(each.version, version) > 0,
      );
      if (above.length >= 2) backward.add(key);
    }
  }
  return backward.size === 0
    ? rows
    : rows.map((row) => (row.kb !== null && backward.has(`${row.product} ${row.kb}`) ? { ...row, fixed: [] } : row));
}

function versionsByKb(rows: readonly Omit<LineRow, 'lineage'>[]): ReadonlyMap<KbNumber, readonly Version[]> {
  const versions = new Map<KbNumber, Map<string, Version>>();
  for (const { kb, fixed } of rows) {
    if (kb === null || fixed.length === 0) continue;
    const own = versions.get(kb) ?? new Map<string, Version>();
    for (const version of fixed) own.set(version.join('.'), version);
    versions.set(kb, own);
  }
  return new Map(Array.from(versions, ([kb, own]) => [kb, [...own.values()].sort(compareVersions)]));
}

/** The 32-bit and 64-bit editions of a product have the same rows, by different ids. */
function withoutTwins(rows: readonly LineRow[]): readonly LineRow[] {
  const seen = new Map<string, LineRow>();
  for (const row of rows) {
    const key = `${row.vulnerability} ${row.kb ?? ''} ${row.fixed.map((each) => each.join('.')).join(' ')} ${row.foreign} ${row.publishedOn}`;
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()];
}
