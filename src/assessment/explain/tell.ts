import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { Alternative, ExplainSubject } from '../evidence.ts';
import type { JudgedDevice } from './judged-device.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import { levelSentence } from './level.ts';
import { countClosed, missingUpdate } from './missing.ts';
import { partSentence } from './part-sentence.ts';
import { otherLineSentence } from './tempting.ts';
import type { Stranger } from './strangers.ts';
import type { Ruling, StandingObligation } from './verdict.ts';

/** All that a sentence can be made of. */
export interface Telling {
  readonly judged: JudgedDevice;
  readonly subject: ExplainSubject;
  readonly ruling: Ruling;
  readonly alternatives: readonly Alternative[];
}

/** Reasons to pass over a fix that a technician would ask about. */
const tempting: readonly Alternative['reason'][] = [
  'not-named',
  'off-hotpatch-track',
  'month-only',
  'explorer-only',
  'misfiled',
  'foreign-build',
  'other-line',
  'replaced',
  'never-offered',
  'not-shown',
  'later',
];
/** The rest stands in the alternatives. */
const mostSentences = 6;

/** Why the verdict is what it is, in sentences. */
export function tell(telling: Telling): readonly string[] {
  const { judged, subject, ruling } = telling;
  const { basis } = ruling;
  switch (basis.kind) {
    case 'not-judged':
      return [
        `The device could not be judged: ${judged.stop?.detail ?? 'its Windows is not known'} (${judged.stop?.reason ?? 'no-os-identity'}).`,
      ];
    case 'open':
      return 'kb' in subject ? tellMissing(telling, subject.kb) : tellOpen(telling, subject.vulnerability);
    case 'undecided':
      return [...parts(telling, 'undecided'), undecidedSentence(telling, basis), ...passedOver(telling)];
    case 'installed':
      return tellInstalled(telling, basis.as);
    case 'reached':
      return [...tellReached(telling), ...stillOpen(telling)];
    case 'closed':
      return [...parts(telling, 'closed'), ...taken(telling), ...closedAnyhow(telling), ...passedOver(telling)];
    case 'passed-over':
      return [...own(telling), ...offeredInstead(telling)];
    case 'later':
      return [
        `${nameOf(subject)} is fixed by nothing that was released by ${judged.options.asOf ?? ''}: ${basis.releasedOn} is its date.`,
      ];
    case 'opens-nothing':
      return [
        `The rows that name ${nameOf(subject)} for this device open nothing.`,
        ...own(telling),
        ...passedOver(telling),
      ];
    case 'unknown':
      return [`No Vendor Fix row of the catalogue names ${nameOf(subject)}.`];
    case 'stranger':
      return [tellStranger(telling, basis.stranger)];
  }
}

function undecidedSentence(
  { ruling, subject }: Telling,
  { reason, detail }: { readonly reason: string; readonly detail: string },
): string {
  const part = ruling.obligations.find(({ standing }) => standing.kind === 'undecided')?.part;
  return `Whether ${nameOf(subject)} is open${part === undefined ? '' : ` on ${part.name}`} cannot be told: ${detail} (${reason}).`;
}

export function nameOf(subject: ExplainSubject): string {
  return 'kb' in subject ? formatKb(subject.kb) : subject.vulnerability;
}

function tellMissing({ judged, ruling, alternatives, ...rest }: Telling, kb: KbNumber): readonly string[] {
  const telling = { judged, ruling, alternatives, ...rest };
  const { input } = judged;
  const count = countClosed(judged, kb);
  const place = input?.line.placeOf.get(kb);
  const ofSoftware = judged.parts.some(
    (part) => part.kind === 'software' && part.lacking.some((each) => each.kb === kb),
  );
  const where =
    input !== undefined && place !== undefined && !ofSoftware
      ? `${formatKb(kb)}${buildAt(judged, place)} stands after it on the same line of ${isRollupLine(input.line) ? 'rollups' : 'cumulative updates'}.`
      : `The update list does not name ${formatKb(kb)} or an update that replaces it.`;
  const versions = ofSoftware ? fixedVersions(alternatives, kb) : [];
  const replacedBy = missingUpdate(judged, kb)?.replacedBy ?? null;
  return [
    ...parts(telling, 'open'),
    where,
    ...versions,
    `It fixes ${count} CVEs that are open on this device.`,
    ...(count === 0 ? ['It fixes advisories, which are not counted as CVEs.'] : []),
    ...(replacedBy === null ? [] : [`${formatKb(replacedBy)} replaces it: install that one.`]),
    ...standIn(telling),
    ...passedOver(telling, [
      'not-named',
      'off-hotpatch-track',
      'month-only',
      'misfiled',
      'foreign-build',
      'other-line',
    ]),
  ];
}

function tellOpen(telling: Telling, id: string): readonly string[] {
  const { judged, ruling, alternatives } = telling;
  const open = ruling.obligations.filter(({ standing }) => standing.kind === 'open');
  const names = [...new Set(open.map(({ part }) => part.name))];
  const closers = [...new Set(open.flatMap((each) => closersOf(each)))].sort((a, b) => Number(a) - Number(b));
  const named = new Set(alternatives.map(({ kb }) => kb));
  const unnamed = closers.filter((kb) => !named.has(kb));
  const closing = closers.length === 0 ? ['No update with a KB number closes it.'] : [];
  const own =
    unnamed.length === 0
      ? []
      : [
          `${unnamed.map(formatKb).join(', ')} closes it: the device's own update, in the place of what the documents name.`,
        ];
  const elsewhere = ruling.obligations.filter(
    ({ standing, part }) => standing.kind !== 'open' && !names.includes(part.name),
  );
  const others = [...new Set(elsewhere.map(({ part }) => part.name))].map((name) => `On ${name} it is not open.`);
  return [
    `${id} is open on ${openOn(judged, open).join(', ')}.`,
    ...parts(telling, 'open'),
    ...whys(alternatives.filter(({ reason }) => reason === 'offered' || reason === 'replaced')),
    ...closing,
    ...own,
    ...standIn(telling),
    ...passedOver(telling),
    ...others,
  ];
}

/** Software as reported, parts of Windows as published. */
function openOn({ catalogue }: JudgedDevice, open: readonly StandingObligation[]): readonly string[] {
  return [
    ...new Set(
      open.map(({ part, product }) => (part.kind === 'software' ? part.name : catalogue.productName(product))),
    ),
  ];
}

function tellInstalled(telling: Telling, as: KbNumber): readonly string[] {
  const { judged, subject } = telling;
  const by = 'kb' in subject && as !== subject.kb ? `, which brings ${nameOf(subject)},` : '';
  const pending = judged.input?.level.pending === as;
  return [
    `${formatKb(as)}${by} is in the device's update list as installed.`,
    ...(pending ? ['The running build is older: it takes effect with the next restart.'] : []),
    ...stillOpen(telling),
  ];
}

/** What an update that the device has leaves open of that which it names. */
function stillOpen({ ruling, subject }: Telling): readonly string[] {
  const open = ruling.obligations.filter(({ standing }) => standing.kind === 'open');
  const count = new Set(open.map(({ vulnerability }) => vulnerability)).size;
  if (count === 0) return [];
  const closers = [...new Set(open.flatMap(closersOf))].sort((a, b) => Number(a) - Number(b));
  const by =
    closers.length === 0 ? 'no update with a KB number closes them' : `${closers.map(formatKb).join(', ')} closes them`;
  return [`${count} of the vulnerabilities that the documents name for ${nameOf(subject)} need more than it: ${by}.`];
}

/** The updates that the rules name for an open obligation. */
export function closersOf({ part, vulnerability, product }: StandingObligation): readonly KbNumber[] {
  return part.open.flatMap((each) =>
    each.vulnerability === vulnerability && (part.kind === 'software' || each.product === product) ? each.kbs : [],
  );
}

/** The device's side of every part whose obligations stand so. */
function parts({ judged, ruling }: Telling, kind: StandingObligation['standing']['kind']): readonly string[] {
  const concerned = new Set(ruling.obligations.flatMap(({ part, standing }) => (standing.kind === kind ? part : [])));
  return [...concerned].map((part) => partSentence(judged, part)).filter((text) => text !== '');
}

/** An update of the device's own line that its level holds. */
function tellReached(telling: Telling): readonly string[] {
  const { judged, subject } = telling;
  if (judged.input === undefined) return [];
  const words = own(telling);
  const name = nameOf(subject);
  return [
    levelSentence(judged.input),
    ...(words.length > 0
      ? words
      : [`${name} stands at or before it on the same line, and cumulative updates carry every earlier fix.`]),
  ];
}

function own({ subject, alternatives }: Telling): readonly string[] {
  return 'kb' in subject ? whys(alternatives.filter(({ kb }) => kb === subject.kb)) : [];
}

function taken(telling: Telling): readonly string[] {
  const { subject, alternatives } = telling;
  const all = alternatives.filter((each) => each.taken);
  const first = 'kb' in subject ? all.filter(({ kb }) => kb === subject.kb) : all;
  return whys((first.length > 0 ? first : all).slice(0, mostSentences));
}

/** Where no named update is in the device: the device's own later one carries what they fix. */
function closedAnyhow({ judged, alternatives, subject, ruling }: Telling): readonly string[] {
  if ('kb' in subject) return [`Every vulnerability that ${formatKb(subject.kb)} fixes here is closed.`];
  if (alternatives.some((each) => each.taken)) return [];
  const { input } = judged;
  const at = input?.line.packages[input.level.place];
  return at !== undefined && ruling.obligations.some(({ part }) => part.kind === 'windows')
    ? [`${formatKb(at.kb)}, which the device has, came with or after the fix and carries it.`]
    : [];
}

function passedOver({ subject, alternatives }: Telling, reasons = tempting): readonly string[] {
  const list = alternatives.filter(
    ({ kb, reason, taken: isTaken }) =>
      !isTaken && reasons.includes(reason) && !('kb' in subject && kb === subject.kb) && reason !== 'replaced',
  );
  return whys(list.slice(0, mostSentences));
}

function offeredInstead({ ruling, subject }: Telling): readonly string[] {
  const open = ruling.obligations.filter(({ standing }) => standing.kind === 'open');
  const closers = [...new Set(open.flatMap(closersOf))].sort((a, b) => Number(a) - Number(b));
  const names = closers.map(formatKb).join(', ');
  return closers.length === 0
    ? ['What it fixes is open, and no update with a KB number closes all of it yet.']
    : [`${names} closes all of it that is open and is offered in the place of ${nameOf(subject)}.`];
}

function tellStranger({ judged, subject }: Telling, stranger: Stranger): string {
  const windows = judged.input === undefined ? 'this device' : judged.catalogue.productName(judged.input.os.product);
  switch (stranger.kind) {
    case 'other-line':
      return otherLineSentence('kb' in subject ? subject.kb : null, judged.catalogue.productName(stranger.product), {
        part: stranger.part,
        catalogue: judged.catalogue,
      });
    case 'absent-part':
      return `${nameOf(subject)} is for ${judged.catalogue.productName(stranger.product)}, and the device does not have that part of Windows.`;
    case 'elsewhere':
      return `${nameOf(subject)} is for ${judged.catalogue.productName(stranger.product)} and the like; no row names it for ${windows} or for software of the device.`;
    case 'ended':
      return stranger.detail;
  }
}

function buildAt({ input }: JudgedDevice, place: number): string {
  const ubr = input?.line.packages[place]?.ubr;
  return ubr === undefined || input === undefined ? '' : `, build ${input.os.windows.version.build}.${ubr},`;
}

function fixedVersions(alternatives: readonly Alternative[], kb: KbNumber): readonly string[] {
  const versions = [...new Set(alternatives.flatMap((each) => (each.kb === kb ? (each.fixedBuild ?? []) : [])))];
  return versions.length === 0 ? [] : [`It brings version ${versions.sort().join(', ')}.`];
}

/** Where the rows are another product's, which stand in for rows that the documents have lost. */
function standIn({ judged: { catalogue }, ruling }: Telling): readonly string[] {
  const lost = ruling.obligations.flatMap(({ product, fixes }) => fixes.filter(({ named }) => named !== product))[0];
  return lost === undefined
    ? []
    : [`The documents have lost rows of this product; those of ${catalogue.productName(lost.named)} stand in.`];
}

function whys(alternatives: readonly Alternative[]): readonly string[] {
  return [...new Set(alternatives.map(({ why }) => why))];
}
