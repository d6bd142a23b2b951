import type { Catalogue } from '../../catalogue/catalogue.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import { formatWindowsBuild } from '../../terms/windows-build.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { LackingUpdate, OpenVulnerability, SoftwareFinding, SoftwareInput } from '../rules/rule.ts';

export type Version = readonly number[];

/** The products that one installed version belongs to, and which of their published versions it can be held against. */
export interface VersionLine {
  readonly rule: string;
  /** The published product that it is shown as. */
  readonly product: number;
  readonly products: readonly number[];
  /** Where it is known that others of the family go on: the newest release among them. */
  readonly siblings?: readonly number[];
  /** Versions with an equal branch replace each other; of others only the highest does. Default: the first two parts. */
  readonly branchOf?: (version: Version) => string;
  /** A published version that cannot be of this line: the row is mis-filed. */
  readonly isForeign?: (fixed: Version) => boolean;
}

/** `15.0.4261.1`, `v1.2`, `17.12.3+35527`; `undefined` where the text begins with no version. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\s*v?(\d+(?:\.\d+){0,5})(?![\d.]*[a-z])/i.exec(text);
  return match?.[1]?.split('.').map(Number);
}

/** Part by part; missing parts are 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const difference = (a[part] ?? 0) - (b[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** One published way to fix a vulnerability of a line. */
export interface FixRow {
  readonly vulnerability: number;
  readonly product: number;
  readonly kb: KbNumber | null;
  readonly fixed: readonly Version[];
  readonly foreign: boolean;
  readonly releasedOn: string;
}

/**
 * Judges an installed version against the fixed versions of its line: a vulnerability is closed by a fixed version at or
 * below it in its own branch, or where it reaches the highest of all. What names no version is closed where a later
 * document's version is reached. Source: the verdict's specification, section 6.
 */
export function judgeVersion(input: SoftwareInput, line: VersionLine): SoftwareFinding {
  const { software } = input;
  const base = { rule: line.rule, software, product: line.product, products: line.products, open: [], lacking: [] };
  if (software.version === null || software.version.trim() === '') {
    return { ...base, undetermined: { reason: 'version-unknown', detail: 'no version was reported' } };
  }
  const running = parseVersion(software.version);
  if (running === undefined) {
    const detail = `"${software.version}" is no version that can be compared`;
    return { ...base, undetermined: { reason: 'unreadable-version', detail } };
  }
  const rows = markForeign(visibleRows(input, line.products), line);
  const { open, unversioned, suspect } = openOnes(rows, running, { input, line });
  return {
    ...base,
    open,
    lacking: lackingOf(open, rows),
    undetermined: undeterminedOf({ input, line, rows, running, unversioned, suspect }),
  };
}

/** Rows of the products that were released up to the as-of date. */
export function visibleRows({ catalogue, asOf }: SoftwareInput, products: readonly number[]): readonly FixRow[] {
  return products.flatMap((product) =>
    rowsOf(catalogue, product).filter(({ releasedOn }) => asOf === null || releasedOn <= asOf),
  );
}

function markForeign(rows: readonly FixRow[], { isForeign }: VersionLine): readonly FixRow[] {
  if (isForeign === undefined) return rows;
  return rows.map((row) => ({ ...row, foreign: row.fixed.length > 0 && row.fixed.every(isForeign) }));
}

function rowsOf(catalogue: Catalogue, product: number): readonly FixRow[] {
  const cache = catalogue.once(rowsOf, () => new Map<number, readonly FixRow[]>());
  const cached = cache.get(product);
  if (cached !== undefined) return cached;
  const rows: FixRow[] = [];
  for (const fix of catalogue.fixesOfProduct(product)) {
    const { kb, fixedBuild } = catalogue.remediation(catalogue.fixRemediation(fix));
    const fixed = fixedVersions(fixedBuild);
    const end = catalogue.firstRow(fix + 1);
    for (let row = catalogue.firstRow(fix); row < end; row += 1) {
      const vulnerability = catalogue.rowVulnerability(row);
      const published = catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
      const releasedOn = (kb === null ? undefined : catalogue.findRelease(kb)?.releasedOn) ?? published;
      rows.push({ vulnerability, product, kb, fixed, foreign: false, releasedOn });
    }
  }
  cache.set(product, rows);
  return rows;
}

function fixedVersions(published: string): readonly Version[] {
  const fixed = parseFixedVersion(published);
  if (fixed.kind === 'windows-build') return [parseVersion(formatWindowsBuild(fixed.build)) ?? []];
  return fixed.kind === 'versions' ? fixed.versions.flatMap((each) => [parseVersion(each) ?? []]) : [];
}

interface Found {
  readonly open: readonly OpenVulnerability[];
  /** Vulnerabilities whose rows name no version and that no later version proves closed. */
  readonly unversioned: readonly number[];
  readonly suspect: readonly number[];
}

function openOnes(
  rows: readonly FixRow[],
  running: Version,
  { input, line }: { readonly input: SoftwareInput; readonly line: VersionLine },
): Found {
  const branchOf = line.branchOf ?? firstTwoParts;
  const provenTo = provenDate(rows, running);
  const open: OpenVulnerability[] = [];
  const unversioned: number[] = [];
  const suspect: number[] = [];
  for (const group of groupByVulnerability(rows)) {
    if (group.some(({ kb }) => kb !== null && input.installed.has(kb))) continue;
    const trusted = group.filter(({ foreign }) => !foreign);
    const fixed = trusted.flatMap((row) => row.fixed);
    const first = trusted[0];
    if (first === undefined) {
      if ((group[0]?.releasedOn ?? '') > provenTo) suspect.push(group[0]?.vulnerability ?? -1);
    } else if (fixed.length === 0) {
      if (trusted.some(({ releasedOn }) => releasedOn > provenTo)) unversioned.push(first.vulnerability);
    } else if (!isClosed(fixed, running, branchOf)) {
      const kbs = trusted.flatMap(({ kb }) => kb ?? []);
      open.push({
        vulnerability: first.vulnerability,
        product: line.product,
        kbs: [...new Set(kbs)].sort(compareKbNumbers),
      });
    }
  }
  return { open, unversioned, suspect };
}

function isClosed(fixed: readonly Version[], running: Version, branchOf: (version: Version) => string): boolean {
  const own = fixed.filter((each) => branchOf(each) === branchOf(running));
  if (own.length > 0) return own.some((each) => compareVersions(each, running) <= 0);
  return fixed.every((each) => compareVersions(each, running) <= 0);
}

/** The newest release whose version is reached: what came up to then is in the running version. */
function provenDate(rows: readonly FixRow[], running: Version): string {
  let proven = '';
  for (const { fixed, foreign, releasedOn } of rows) {
    if (foreign || fixed.length === 0 || releasedOn <= proven) continue;
    if (fixed.every((each) => compareVersions(each, running) <= 0)) proven = releasedOn;
  }
  return proven;
}

function groupByVulnerability(rows: readonly FixRow[]): Iterable<readonly FixRow[]> {
  const groups = new Map<number, FixRow[]>();
  for (const row of rows) {
    const group = groups.get(row.vulnerability);
    if (group === undefined) groups.set(row.vulnerability, [row]);
    else group.push(row);
  }
  return groups.values();
}

/** The newest of a line replaces the others: by its version, or by its release where a row names none. */
function lackingOf(open: readonly OpenVulnerability[], rows: readonly FixRow[]): readonly LackingUpdate[] {
  const kbs = new Set(open.flatMap((each) => each.kbs));
  const ranks = new Map<KbNumber, { readonly version: Version; readonly releasedOn: string }>();
  for (const { kb, fixed, foreign, releasedOn } of rows) {
    if (kb === null || foreign || !kbs.has(kb)) continue;
    const version = fixed.toSorted(compareVersions).at(-1) ?? [];
    const before = ranks.get(kb);
    if (before === undefined || compareVersions(version, before.version) > 0) ranks.set(kb, { version, releasedOn });
  }
  const ordered = [...ranks].sort(
    ([kbA, a], [kbB, b]) =>
      compareVersions(a.version, b.version) ||
      (a.releasedOn < b.releasedOn ? -1 : a.releasedOn > b.releasedOn ? 1 : compareKbNumbers(kbA, kbB)),
  );
  const newest = ordered.at(-1)?.[0] ?? null;
  return ordered.map(([kb]) => ({
    kb,
    kind: 'security-update',
    ofOs: false,
    replacedBy: kb === newest ? null : newest,
  }));
}

interface Judged {
  readonly input: SoftwareInput;
  readonly line: VersionLine;
  readonly rows: readonly FixRow[];
  readonly running: Version;
  readonly unversioned: readonly number[];
  readonly suspect: readonly number[];
}

function undeterminedOf({ input, line, rows, running, unversioned, suspect }: Judged): SoftwareFinding['undetermined'] {
  const last = newestOf(rows);
  const later = newestOf(visibleRows(input, line.siblings ?? []));
  if (later > last && provenDate(rows, running) >= last) {
    const since = last === '' ? '' : ` since ${last}`;
    const detail = `this line has had no update${since}, other lines of the product have: what was published since cannot be judged`;
    return { reason: 'end-of-servicing', detail };
  }
  if (suspect.length > 0) {
    const detail = `${suspect.length} vulnerabilities name only versions of another line`;
    return { reason: 'source-suspect', detail, vulnerabilities: [...suspect, ...unversioned] };
  }
  if (unversioned.length > 0) {
    const detail = `${unversioned.length} vulnerabilities name no version to compare with`;
    return { reason: 'no-fixed-version', detail, vulnerabilities: unversioned };
  }
  return undefined;
}

function newestOf(rows: readonly FixRow[]): string {
  return rows.reduce((newest, { releasedOn }) => (releasedOn > newest ? releasedOn : newest), '');
}

function firstTwoParts([first = 0, second = 0]: Version): string {
  return `${first}.${second}`;
}
