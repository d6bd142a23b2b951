import type { KbNumber } from '../../terms/kb-number.ts';
import type { OpenVulnerability, SoftwareFinding, SoftwareInput } from '../rules/rule.ts';
import { lackingOf } from './lacking-updates.ts';
import { reachedOf } from './reached-version.ts';
import type { Reached } from './reached-version.ts';
import type { LineRow, SoftwareLine } from './software-line.ts';
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
  for (const group of line.groups) {
    const rows = asOf === null ? group : group.filter(({ releasedOn }) => releasedOn <= asOf);
    const [first] = rows;
    if (first === undefined) continue;
    const state = stateOf(rows, reached, asked);
    if (state === 'closed') continue;
    if (state !== 'open') undecided[state].add(first.vulnerability);
    else open.set(first.vulnerability, addAll(open.get(first.vulnerability), closersOf(rows, line)));
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

function stateOf(rows: readonly LineRow[], reached: Reached, asked: VersionLine): State {
  if (rows.some(({ kb }) => kb !== null && reached.updates.has(kb))) return 'closed';
  const { branchOf } = asked.line;
  const lineage = rows[0]?.lineage ?? 0;
  const fixed = rows.flatMap((row) => row.fixed);
  const versions = reached.versions(lineage);
  if (fixed.length > 0 && versions.some((version) => isClosed(fixed, version, branchOf))) return 'closed';
  // The product's version is that of its main part: others of the month can carry a slightly higher one.
  const { running, line } = asked;
  const anywhere = line.fixedIn(rows[0]?.vulnerability ?? -1);
  if (running !== undefined && anywhere.length > 0 && isClosed(anywhere, running, branchOf)) return 'closed';
  const named = rows.some(({ kb }) => kb !== null);
  if (fixed.length > 0 && (versions.length > 0 || asked.listSpeaks === true)) return 'open';
  if (rows.every(({ releasedOn }) => releasedOn <= reached.provenTo(lineage))) return 'closed';
  const dated = rows.map((row) => asked.byDate?.(row));
  if (dated.every((state) => state === 'closed')) return 'closed';
  if (dated.includes('open')) return 'open';
  if (asked.listSpeaks === true && named) return 'open';
  const foreign = rows.some((row) => row.foreign);
  // What stands below an earlier fix has not got a later one either; which update brings it, a mis-filed row does not tell.
  if (!(foreign && named) && rows.some(({ releasedOn }) => releasedOn >= reached.lacksFrom(lineage))) return 'open';
  return foreign ? 'source-suspect' : 'no-fixed-version';
}

/** By a fixed version at or below it in its own branch, or where it reaches the highest of all. */
function isClosed(fixed: readonly Version[], running: Version, branchOf: (version: Version) => string): boolean {
  const branch = branchOf(running);
  const own = fixed.filter((each) => branchOf(each) === branch);
  if (own.length > 0) return own.some((each) => reaches(running, each));
  return fixed.every((each) => reaches(running, each));
}

/** A row of another line names the update of that line: it is not offered. A part's update is right even if its version is not. */
function closersOf(rows: readonly LineRow[], { shape }: SoftwareLine): readonly KbNumber[] {
  return rows.flatMap(({ kb, foreign }) => (kb === null || (foreign && shape.order === 'one') ? [] : kb));
}

function undeterminedOf(
  undecided: Readonly<Record<'no-fixed-version' | 'source-suspect', ReadonlySet<number>>>,
  open: ReadonlyMap<number, unknown>,
): SoftwareFinding['undetermined'] {
  const count = (vulnerabilities: ReadonlySet<number>): number =>
    [...vulnerabilities].filter((each) => !open.has(each)).length;
  const suspect = count(undecided['source-suspect']);
  if (suspect > 0)
    return { reason: 'source-suspect', detail: `${suspect} vulnerabilities name only versions of another line` };
  const unversioned = count(undecided['no-fixed-version']);
  if (unversioned > 0)
    return { reason: 'no-fixed-version', detail: `${unversioned} vulnerabilities name no version to compare with` };
  return undefined;
}

function addAll(set: Set<KbNumber> | undefined, kbs: readonly KbNumber[]): Set<KbNumber> {
  const all = set ?? new Set<KbNumber>();
  for (const kb of kbs) all.add(kb);
  return all;
}
