import { formatKb } from '../../terms/kb-number.ts';
import type { EvidenceVerdict, ExplainSubject, Flip } from '../evidence.ts';
import { tryFlip } from './flip.ts';
import type { Proposal } from './flip.ts';
import { proposalsOfReason, sentenceOfReason } from './flips-of-reason.ts';
import type { JudgedDevice } from './judged-device.ts';
import { installing, proposeClosing, proposeOpening } from './proposals.ts';
import { closersOf, nameOf } from './tell.ts';
import type { Ruling } from './verdict.ts';

/** What would turn the verdict: every change was tried, and only what did turn it is told. */
export function flipsOf(judged: JudgedDevice, subject: ExplainSubject, ruling: Ruling): readonly Flip[] {
  const { basis, verdict } = ruling;
  switch (basis.kind) {
    case 'open':
      return orElse(
        tried(judged, subject, {
          proposals: proposeClosing(judged, subject, ruling),
          wanted: (to) => to !== verdict,
        }),
        openForNow(ruling),
      );
    case 'installed':
    case 'reached':
    case 'closed':
      return orElse(
        firstTried(judged, subject, proposeOpening(judged, subject, ruling), (to) => to !== verdict),
        'Nothing that the device could report: only another revision of the documents.',
      );
    case 'not-judged':
    case 'undecided': {
      const { reason } = basis.kind === 'undecided' ? basis : (judged.stop ?? { reason: 'no-os-identity' as const });
      const proposals = proposalsOfReason(reason, { judged, subject, ruling });
      const flips = tried(judged, subject, { proposals, wanted: (to) => to !== 'undetermined' });
      return flips.length > 0 ? flips : [manual(sentenceOfReason(reason))];
    }
    case 'passed-over':
      return orElse(
        tried(judged, subject, { proposals: inList(subject), wanted: (to) => to === 'remediated' }),
        `Another revision of the documents.`,
      );
    case 'later': {
      const proposals: readonly Proposal[] = [
        { says: `An as-of date of ${basis.releasedOn} or later.`, change: { asOf: basis.releasedOn } },
      ];
      return orElse(tried(judged, subject, { proposals, wanted: (to) => to !== verdict }), 'A later as-of date.');
    }
    case 'opens-nothing':
      return [manual('Nothing that the device could report: only another revision of the documents.')];
    case 'unknown':
      return [manual(`A catalogue with a document that names ${nameOf(subject)}.`)];
    case 'stranger':
      return [manual(strangerFlip(judged, ruling))];
  }
}

interface Trial {
  readonly proposals: Iterable<Proposal>;
  readonly wanted: (to: EvidenceVerdict) => boolean;
}

function tried(judged: JudgedDevice, subject: ExplainSubject, { proposals, wanted }: Trial): readonly Flip[] {
  const found = new Map<string, Flip>();
  for (const proposal of proposals) {
    const several = (proposal.change.installed?.length ?? 0) > 1;
    if (found.has(proposal.says) || (several && found.size > 0)) continue; // one of them alone is enough
    const flip = tryFlip(judged, subject, proposal);
    if (wanted(flip.to)) found.set(proposal.says, flip);
  }
  return [...found.values()];
}

/** Proposals go from little to much: the first that turns the verdict is enough. */
function firstTried(
  judged: JudgedDevice,
  subject: ExplainSubject,
  proposals: Iterable<Proposal>,
  wanted: (to: EvidenceVerdict) => boolean,
): readonly Flip[] {
  for (const proposal of proposals) {
    const flip = tryFlip(judged, subject, proposal);
    if (wanted(flip.to)) return [flip];
  }
  return [];
}

function orElse(flips: readonly Flip[], sentence: string): readonly Flip[] {
  return flips.length > 0 ? flips : [manual(sentence)];
}

function manual(says: string): Flip {
  return { says, change: null, to: null };
}

function inList(subject: ExplainSubject): readonly Proposal[] {
  return 'kb' in subject ? [installing([subject.kb])] : [];
}

function openForNow({ obligations }: Ruling): string {
  const closers = obligations.flatMap((each) => closersOf(each));
  return closers.length === 0
    ? 'An update or a version that fixes it: the documents name none that this device can take yet.'
    : `A later update of the line than ${[...new Set(closers)].map(formatKb).join(', ')}.`;
}

function strangerFlip({ catalogue }: JudgedDevice, { basis }: Ruling): string {
  const product =
    basis.kind === 'stranger' && basis.stranger.kind !== 'ended' ? catalogue.productName(basis.stranger.product) : 'it';
  return `${product} on the device.`;
}
