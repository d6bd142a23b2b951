import type { KbNumber } from '../../terms/kb-number.ts';
import type { UndeterminedReason } from '../assessment.ts';
import type { EvidenceVerdict, ExplainSubject } from '../evidence.ts';
import { installedAs } from './installed-as.ts';
import type { JudgedDevice } from './judged-device.ts';
import { missingUpdate } from './missing.ts';
import { obligationsOf, rowsOf } from './obligations.ts';
import type { Obligation } from './obligations.ts';
import { strangerOf } from './strangers.ts';
import type { Stranger } from './strangers.ts';
import { Standings } from './standing.ts';
import type { Standing } from './standing.ts';

export interface StandingObligation extends Obligation {
  readonly standing: Standing;
}

/** What the subject's verdict is, and what it rests on. */
export interface Ruling {
  readonly verdict: EvidenceVerdict;
  readonly basis: Basis;
  readonly obligations: readonly StandingObligation[];
}

/** The ground of a verdict, one for each way a subject can end. */
export type Basis =
  | { readonly kind: 'not-judged' }
  | { readonly kind: 'open' }
  | { readonly kind: 'undecided'; readonly reason: UndeterminedReason; readonly detail: string }
  | { readonly kind: 'installed'; readonly as: KbNumber }
  | { readonly kind: 'reached' }
  | { readonly kind: 'closed' }
  /** What it fixes is open, but another update is offered for it. */
  | { readonly kind: 'passed-over' }
  | { readonly kind: 'later'; readonly releasedOn: string }
  | { readonly kind: 'opens-nothing' }
  | { readonly kind: 'unknown' }
  /** Its rows are for other products. */
  | { readonly kind: 'stranger'; readonly stranger: Stranger };

/** The verdict on an update or a vulnerability: what the assessment says of it, and for what that does not list, why. */
export function ruleOn(judged: JudgedDevice, subject: ExplainSubject): Ruling {
  const standings = new Standings(judged);
  const obligations = obligationsOf(judged, subject).map((each) => ({ ...each, standing: standings.of(each) }));
  const basis = basisOf(judged, subject, obligations);
  return { verdict: verdictOf(basis), basis, obligations };
}

function basisOf(judged: JudgedDevice, subject: ExplainSubject, all: readonly StandingObligation[]): Basis {
  if (rowsOf(judged.catalogue, subject).length === 0 && !isInstalled(judged, subject)) return { kind: 'unknown' };
  if (judged.stop !== undefined || judged.input === undefined)
    return all.length === 0 && judged.input !== undefined && strangerOf(judged, subject).kind === 'elsewhere'
      ? { kind: 'stranger', stranger: strangerOf(judged, subject) }
      : { kind: 'not-judged' };
  const own = 'kb' in subject ? basisOfUpdate(judged, subject.kb) : undefined;
  if (own !== undefined) return own;
  const find = (kind: Standing['kind']): Standing | undefined =>
    all.find(({ standing }) => standing.kind === kind)?.standing;
  const undecided = find('undecided');
  if (find('open') !== undefined) return { kind: 'kb' in subject ? 'passed-over' : 'open' };
  if (undecided?.kind === 'undecided') return undecided;
  if (find('closed') !== undefined) return { kind: 'closed' };
  if (find('later') !== undefined) return { kind: 'later', releasedOn: laterDate(judged, all) };
  if (find('opens-nothing') !== undefined) return { kind: 'opens-nothing' };
  const stranger = strangerOf(judged, subject);
  return stranger.kind === 'ended'
    ? { kind: 'undecided', reason: stranger.reason, detail: stranger.detail }
    : { kind: 'stranger', stranger };
}

/** What the device says of the update itself, whatever stands with what it fixes. */
function basisOfUpdate(judged: JudgedDevice, kb: KbNumber): Basis | undefined {
  const { input, catalogue, options } = judged;
  if (missingUpdate(judged, kb) !== undefined) return { kind: 'open' };
  const as = installedAs(judged, kb);
  if (as !== undefined) return { kind: 'installed', as };
  const releasedOn = catalogue.findRelease(kb)?.releasedOn;
  const place = input?.line.placeOf.get(kb);
  if (place !== undefined && place <= (input?.level.place ?? -1) && !isBelowKnown(input)) return { kind: 'reached' };
  return releasedOn !== undefined && options.asOf !== null && releasedOn > options.asOf
    ? { kind: 'later', releasedOn }
    : undefined;
}

/** Whether the level is a guess: below the first update whose build is published nobody can tell. */
function isBelowKnown(input: JudgedDevice['input']): boolean {
  return input !== undefined && 'belowKnown' in input.level && input.level.belowKnown === true;
}

function isInstalled({ state }: JudgedDevice, subject: ExplainSubject): boolean {
  return 'kb' in subject && state.installedKbs.includes(subject.kb);
}

function laterDate({ catalogue }: JudgedDevice, obligations: readonly Obligation[]): string {
  const dates = obligations.flatMap(({ vulnerability, fixes }) =>
    fixes.map(
      ({ remediation: { kb } }) =>
        (kb === null ? undefined : catalogue.findRelease(kb)?.releasedOn) ??
        catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10),
    ),
  );
  return dates.sort()[0] ?? '';
}

function verdictOf({ kind }: Basis): EvidenceVerdict {
  switch (kind) {
    case 'open':
      return 'missing';
    case 'installed':
    case 'reached':
    case 'closed':
      return 'remediated';
    case 'not-judged':
    case 'undecided':
      return 'undetermined';
    case 'passed-over':
    case 'later':
    case 'opens-nothing':
    case 'unknown':
    case 'stranger':
      return 'not-applicable';
  }
}
