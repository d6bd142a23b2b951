import type { KbNumber } from '../../terms/kb-number.ts';
import type { OpenVulnerability, SoftwareFinding, SoftwareInput } from '../rules/rule.ts';
import { lackingOf } from './lacking-updates.ts';
import { reachedOf } from './reached-version.ts';
import type { Reached } from './reached-version.ts';
import { groupOf } from './software-line.ts';
import type { FixedVersion, LineGroup, LineRow, SoftwareLine } from './software-line.ts';
import { parseVersion, reaches } from './version.ts';
import type { Version } from './version.ts';

/** What one installed product is held against, and with what. */
export interface VersionLine {
  readonly rule: string;
  /** The published product that it is shown as. */
  readonly product: number;
  readonly line: SoftwareLine;
  /** The version that speaks; `undefined` where the reported one is no evidence and the list alone decides. */
  readonly running: Version | undefined;
  /** What the list of updates does not name is not installed. Default: absence proves nothing. */
  readonly listSpeaks?: boolean;
  /** What the day on which the running version came out says of a row without a version. */
  readonly byDate?: (row: LineRow) => 'closed' | 'open' | undefined;
}

/** A reported version, or why there is none to compare. */
export function readVersion(
  version: string | null,
): { readonly version: Version } | { readonly undetermined: NonNullable<SoftwareFinding['undetermined']> } {
  if (version === null || version.trim() === '')
    return { undetermined: { reason: 'version-unknown', detail: 'no version was reported' } };
  const read = parseVersion(version);
  if (read !== undefined) return { version: read };
  const detail = `"${version}" is no version that can be compared`;
  return { undetermined: { reason: 'unreadable-version', detail } };
}

type State = 'closed' | 'open' | 'no-fixed-version' | 'source-suspect';

/**
 * Judges one installed product against its servicing line. Strongest first: an installed update, what it supersedes, the
 * versions that it and the product stand at; what names no version is closed where a later package of its lineage is reached.
 * Source: the verdict's specification, sections 2 and 6.
 */
export function judgeLine(input: SoftwareInput, asked: VersionLine): SoftwareFinding {
  const { line, product, rule } = asked;
  const { asOf, installed, software } = input;
  const reached = reachedOf(line, { installed, running: asked.running, asOf });
  const open = new Map<number, Set<KbNumber>>();
  const undecided: Record<Exclude<State, 'closed' | 'open'>, Set<number>> = {
    'no-fixed-version': new Set(),
    'source-suspect': new Set(),
  };
  for (const each of line.groups) {
    const group = asOf === null || each.newest <= asOf ? each : visible(each, asOf, line);
    if (group === undefined) continue;
    const state = stateOf(group, reached, asked);
    if (state === 'closed') continue;
    const { vulnerability } = group;
    if (state !== 'open') undecided[state].add(vulnerability);
    else open.set(vulnerability, addAll(open.get(vulnerability), closersOf(group.rows, line)));
  }
  const found = Array.from(open, ([vulnerability, kbs]): OpenVulnerability => ({
    vulnerability,
    product,
    kbs: [...kbs].sort((a, b) => Number(a) - Number(b)),
  }));
  return {
    rule,
    software,
    product,
    products: line.shape.products,
    open: found,
    lacking: lackingOf(line, found),
    undetermined: undeterminedOf(undecided, open),
  };
}

/** What of a group was released up to a date. */
function visible({ rows }: LineGroup, asOf: string, { branchOf }: SoftwareLine): LineGroup | undefined {
  const released = rows.filter(({ releasedOn }) => releasedOn <= asOf);
  return released.length === 0 ? undefined : groupOf(released, branchOf);
}

function stateOf({ vulnerability, lineage, rows, fixed }: LineGroup, reached: Reached, asked: VersionLine): State {
  if (rows.some(({ kb }) => kb !== null && reached.updates.has(kb))) return 'closed';
  const versions = reached.versions(lineage);
  if (fixed.length > 0 && versions.some((version) => isClosed(fixed, version))) return 'closed';
  // The product's version is that of its main part: others of the month can carry a slightly higher one.
  const { line } = asked;
  const { running } = reached;
  if (running !== undefined && line.shape.order === 'parts') {
    const anywhere = line.fixedIn(vulnerability);
    if (anywhere.length > 0 && isClosed(anywhere, running)) return 'closed';
  }
  if (fixed.length > 0 && (versions.length > 0 || asked.listSpeaks === true)) return 'open';
  return stateWithoutVersion({ lineage, rows }, reached, asked);
}

/** The days decide, as far as they can. */
function stateWithoutVersion(
  { lineage, rows }: Pick<LineGroup, 'lineage' | 'rows'>,
  reached: Reached,
  { byDate, listSpeaks }: VersionLine,
): State {
  const proven = reached.provenTo(lineage);
  if (rows.every(({ releasedOn }) => releasedOn <= proven)) return 'closed';
  const dated = rows.map((row) => byDate?.(row));
  if (dated.every((state) => state === 'closed')) return 'closed';
  if (dated.includes('open')) return 'open';
  const named = rows.some(({ kb }) => kb !== null);
  if (listSpeaks === true && named) return 'open';
  const foreign = rows.some((row) => row.foreign);
  // What stands below an earlier fix has not got a later one either; which update brings it, a mis-filed row does not tell.
  const lacks = reached.lacksFrom(lineage);
  if (!(foreign && named) && rows.some(({ releasedOn }) => releasedOn >= lacks)) return 'open';
  return foreign ? 'source-suspect' : 'no-fixed-version';
}

/** By a fixed version at or below it in its own branch, or where it reaches the highest of all. */
function isClosed(fixed: readonly FixedVersion[], { version, branch }: FixedVersion): boolean {
  let inBranch = false;
  let allReached = true;
  for (const each of fixed) {
    const isReached = reaches(version, each.version);
    if (each.branch !== branch) allReached &&= isReached;
    else if (isReached) return true;
    else inBranch = true;
  }
  return !inBranch && allReached;
}

/** A row of another line names the update of that line: it is not offered. A part's update is right even if its version is not. */
function closersOf(rows: readonly LineRow[], { shape }: SoftwareLine): readonly KbNumber[] {
  return rows.flatMap(({ kb, foreign }) => (kb === null || (foreign && shape.order === 'one') ? [] : kb));
}

function undeterminedOf(
  undecided: Readonly<Record<'no-fixed-version' | 'source-suspect', ReadonlySet<number>>>,
  open: ReadonlyMap<number, unknown>,
): SoftwareFinding['undetermined'] {
  const notOpen = (vulnerabilities: ReadonlySet<number>): readonly number[] =>
    [...vulnerabilities].filter((each) => !open.has(each));
  const suspect = notOpen(undecided['source-suspect']);
  const unversioned = notOpen(undecided['no-fixed-version']);
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

function addAll(set: Set<KbNumber> | undefined, kbs: readonly KbNumber[]): Set<KbNumber> {
  const all = set ?? new Set<KbNumber>();
  for (const kb of kbs) all.add(kb);
  return all;
}
