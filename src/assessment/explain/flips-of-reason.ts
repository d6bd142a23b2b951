import type { KbNumber } from '../../terms/kb-number.ts';
import type { UndeterminedReason } from '../assessment.ts';
import type { ExplainSubject } from '../evidence.ts';
import type { Proposal } from './flip.ts';
import type { JudgedDevice } from './judged-device.ts';
import { runningBuild } from './level.ts';
import { versionsFrom } from './proposals.ts';
import type { Ruling } from './verdict.ts';

interface Undecided {
  readonly judged: JudgedDevice;
  readonly subject: ExplainSubject;
  readonly ruling: Ruling;
}

/** What would let the subject be judged, in a sentence. */
export function sentenceOfReason(reason: UndeterminedReason): string {
  switch (reason) {
    case 'no-os-identity':
      return 'A report with the build or the full name of Windows (winver, systeminfo).';
    case 'unrecognised-build':
      return 'A build that was released: this one is in no table of Windows versions.';
    case 'ambiguous-product':
      return 'The installation type (client or server) and the architecture of the device.';
    case 'conflicting-evidence':
      return 'A report whose build, installation type and edition are of one Windows.';
    case 'no-patch-evidence':
      return 'A build with its UBR (registry value UBR, or `ver`), or an update list that names a cumulative update.';
    case 'end-of-servicing':
      return 'A version that is still serviced, or an as-of date before the end.';
    case 'outside-catalogue':
      return 'A catalogue with the documents of that time (`kbgap catalog sync`).';
    case 'product-not-covered':
      return 'A rule for this product: kbgap has none yet.';
    case 'version-unknown':
      return 'The version of the product in the report.';
    case 'branch-unknown':
      return 'A build of a servicing line that the documents name.';
    case 'no-fixed-version':
      return 'A revision of the documents that names a version to compare with.';
    case 'no-update-list':
      return 'A list that shows such updates (Get-HotFix or wmic qfe for Windows and .NET; the registry or an update history for Office), or one that is said to be whole.';
    case 'unreadable-version':
      return 'A version in numbers, such as 16.0.16026.20238, in the report.';
    case 'source-suspect':
      return "A revision of the documents that names the product's own update.";
  }
}

/** Changes that would let the subject be judged, to be tried. */
export function* proposalsOfReason(
  reason: UndeterminedReason,
  { judged, subject, ruling }: Undecided,
): Generator<Proposal> {
  const says = sentenceOfReason(reason);
  switch (reason) {
    case 'no-patch-evidence':
      yield* newestBuild(judged, says);
      break;
    case 'end-of-servicing':
      yield* beforeTheEnd(judged, says);
      break;
    case 'no-update-list':
      yield { says, change: { wholeUpdateList: true } };
      for (const kb of undecidedKbs(subject, ruling))
        yield { says: `KB${kb} in the update list as installed.`, change: { installed: [kb] } };
      break;
    case 'version-unknown':
    case 'unreadable-version':
      for (const part of judged.parts)
        if (part.kind === 'software')
          for (const { change } of versionsFrom(part, ruling.obligations)) yield { says, change };
      break;
    case 'no-os-identity':
    case 'unrecognised-build':
    case 'ambiguous-product':
    case 'conflicting-evidence':
    case 'outside-catalogue':
    case 'product-not-covered':
    case 'branch-unknown':
    case 'no-fixed-version':
    case 'source-suspect':
      break; // no single fact of the report: the sentence alone is told
  }
}

function* newestBuild({ input }: JudgedDevice, says: string): Generator<Proposal> {
  const ubr = input?.line.packages.findLast((each) => each.ubr !== undefined)?.ubr;
  if (input === undefined || ubr === undefined) return;
  yield { says, change: { build: `${runningBuild(input).split('.').slice(0, 3).join('.')}.${ubr}` } };
  yield { says, change: { build: `${runningBuild(input).split('.').slice(0, 3).join('.')}.${ubr - 1}` } };
}

function* beforeTheEnd({ input, options }: JudgedDevice, says: string): Generator<Proposal> {
  const last = input?.line.packages.findLast(({ offered }) => offered)?.releasedOn;
  if (last !== undefined && (options.asOf === null || last < options.asOf)) yield { says, change: { asOf: last } };
}

function undecidedKbs(subject: ExplainSubject, { obligations }: Ruling): readonly KbNumber[] {
  if ('kb' in subject) return [subject.kb];
  return [
    ...new Set(
      obligations.flatMap(({ standing, fixes }) =>
        standing.kind === 'undecided' ? fixes.flatMap(({ remediation }) => remediation.kb ?? []) : [],
      ),
    ),
  ].slice(0, 4);
}
