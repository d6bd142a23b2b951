import { compareKbNumbers, formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ExplainSubject } from '../evidence.ts';
import { compareVersions, parseVersion } from '../lines/version.ts';
import type { RuleInput } from '../rules/rule.ts';
import type { Proposal } from './flip.ts';
import type { JudgedDevice } from './judged-device.ts';
import { runningBuild } from './level.ts';
import { missingUpdate } from './missing.ts';
import type { SoftwarePart } from './parts.ts';
import { closersOf } from './tell.ts';
import type { Ruling, StandingObligation } from './verdict.ts';

/** At most so many single updates are tried where a vulnerability has many. */
const mostTried = 6;

/** What may close something open: its update or the one that replaces it, a build, a version. */
export function* proposeClosing(
  judged: JudgedDevice,
  subject: ExplainSubject,
  { obligations }: Ruling,
): Generator<Proposal> {
  const open = obligations.filter(({ standing }) => standing.kind === 'open');
  const closers = 'kb' in subject ? [] : [...new Set(open.flatMap((each) => closersOf(each)))].sort(compareKbNumbers);
  const own = 'kb' in subject ? [subject.kb, ...successor(judged, subject.kb)] : closers.slice(-mostTried);
  for (const kb of own) yield installing([kb]);
  if (closers.length > 1) yield installing(closers);
  if (judged.input !== undefined)
    for (const build of buildsFrom(judged.input, 'kb' in subject ? [subject.kb] : closers))
      yield { says: `A running build of at least ${build}.`, change: { build } };
  for (const part of softwareOf(open)) yield* versionsFrom(part, open);
}

/** What may open something closed, from little to much: a list without what closes it, a lower build or version, both. */
export function* proposeOpening(
  judged: JudgedDevice,
  subject: ExplainSubject,
  { obligations }: Ruling,
): Generator<Proposal> {
  const { state, input } = judged;
  const named = new Set<KbNumber>(
    obligations.flatMap(({ fixes }) => fixes.flatMap(({ remediation }) => remediation.kb ?? [])),
  );
  if ('kb' in subject) named.add(subject.kb);
  const closing = state.installedKbs.filter((kb) => named.has(kb));
  const lists = [closing, [...state.installedKbs]].filter((kbs) => kbs.length > 0);
  for (const kbs of lists) yield without(kbs);
  const builds = input === undefined || state.os.build === null ? [] : buildsBelow(input, named);
  for (const build of builds) yield { says: `A running build below ${build.limit}.`, change: { build: build.below } };
  for (const build of builds)
    for (const kbs of lists)
      yield {
        says: `A running build below ${build.limit}, and ${without(kbs).says.slice(0, 1).toLowerCase()}${without(kbs).says.slice(1)}`,
        change: { build: build.below, notInstalled: kbs },
      };
  for (const part of softwareOf(obligations)) yield* versionsBelow(part, obligations, lists.at(-1) ?? []);
}

export function installing(kbs: readonly KbNumber[]): Proposal {
  return { says: `${kbs.map(formatKb).join(' and ')} in the update list as installed.`, change: { installed: kbs } };
}

function without(kbs: readonly KbNumber[]): Proposal {
  const names = kbs.length > 5 ? `its ${kbs.length} updates` : kbs.map(formatKb).join(', ');
  return { says: `An update list without ${names}.`, change: { notInstalled: kbs } };
}

function successor(judged: JudgedDevice, kb: KbNumber): readonly KbNumber[] {
  const replacedBy = missingUpdate(judged, kb)?.replacedBy ?? null;
  return replacedBy === null ? [] : [replacedBy];
}

/** Running builds that these updates bring, lowest first. */
function buildsFrom(input: RuleInput, kbs: readonly KbNumber[]): readonly string[] {
  const { line } = input;
  const ubrs = kbs.flatMap((kb) => {
    const place = line.placeOf.get(kb);
    return (
      (place === undefined ? line.hotpatches.find((each) => each.kb === kb)?.ubr : line.packages[place]?.ubr) ?? []
    );
  });
  return [...new Set(ubrs)]
    .sort((a, b) => a - b)
    .slice(-2)
    .map((ubr) => withUbr(input, ubr));
}

interface Below {
  readonly limit: string;
  readonly below: string;
}

/** Builds just below the packages that close it: those named, else the one that the device has reached. */
function buildsBelow(input: RuleInput, named: ReadonlySet<KbNumber>): readonly Below[] {
  const { packages } = input.line;
  const places = packages.flatMap(({ kb }, place) => (named.has(kb) ? place : []));
  const hotpatches = input.line.hotpatches.flatMap(({ kb, ubr }) => (named.has(kb) ? (ubr ?? []) : []));
  const ubrs = [...new Set([places.at(-1), places[0], input.level.place, 0])].flatMap((place) =>
    place === undefined || place < 0 ? [] : (packages.slice(place).find(({ ubr }) => ubr !== undefined)?.ubr ?? []),
  );
  return [...new Set([...hotpatches, ...ubrs])]
    .filter((ubr) => ubr > 1 && ubr <= (input.ubr ?? Infinity))
    .map((ubr) => ({ limit: withUbr(input, ubr), below: withUbr(input, ubr - 1) }));
}

function withUbr(input: RuleInput, ubr: number): string {
  return `${runningBuild(input).split('.').slice(0, 3).join('.')}.${ubr}`;
}

function softwareOf(obligations: readonly StandingObligation[]): readonly SoftwarePart[] {
  return [...new Set(obligations.flatMap(({ part }) => (part.kind === 'software' ? part : [])))];
}

/** Published versions of the part that lie above the installed one, lowest first. */
export function* versionsFrom(part: SoftwarePart, obligations: readonly StandingObligation[]): Generator<Proposal> {
  const running = parseVersion(part.finding.software.version ?? '');
  const above = publishedVersions(part, obligations).filter(
    (each) => running === undefined || compareVersions(each, running) > 0,
  );
  for (const version of new Set([above[0], above.at(-1)]))
    if (version !== undefined)
      yield {
        says: `${part.finding.software.name} in version ${version.join('.')} or later.`,
        change: { software: { name: part.finding.software.name, version: version.join('.') } },
      };
}

function* versionsBelow(
  part: SoftwarePart,
  obligations: readonly StandingObligation[],
  kbs: readonly KbNumber[],
): Generator<Proposal> {
  const { name } = part.finding.software;
  for (const version of publishedVersions(part, obligations).toReversed()) {
    const below = before(version);
    if (below === undefined) continue;
    const change = { software: { name, version: below.join('.') } };
    yield { says: `${name} in a version below ${version.join('.')}.`, change };
    if (kbs.length > 0)
      yield {
        says: `${name} in a version below ${version.join('.')}, and no update of it in the list.`,
        change: { ...change, notInstalled: kbs },
      };
  }
}

function publishedVersions(
  part: SoftwarePart,
  obligations: readonly StandingObligation[],
): readonly (readonly number[])[] {
  const versions = obligations
    .filter((each) => each.part === part)
    .flatMap(({ fixes }) => fixes.flatMap(({ remediation }) => [parseVersion(remediation.fixedBuild) ?? []]))
    .filter((version) => version.length > 1);
  return versions.sort(compareVersions);
}

/** The version just below: `128.0.2739.79` → `128.0.2739.78`. */
function before(version: readonly number[]): readonly number[] | undefined {
  const last = version.findLastIndex((part) => part > 0);
  return last < 1 ? undefined : version.map((part, index) => (index === last ? part - 1 : part));
}
