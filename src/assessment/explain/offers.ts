import type { KbNumber } from '../../terms/kb-number.ts';
import type { Part } from './parts.ts';
import type { PublishedFix } from './obligations.ts';
import type { StandingObligation } from './verdict.ts';

/** One published fix for one part of the device: an update, or a version where there is no KB. */
export interface Offer {
  readonly kb: KbNumber | null;
  readonly part: Part;
  readonly fixes: readonly PublishedFix[];
  /** What it closes of that which the subject is about. */
  readonly obligations: readonly StandingObligation[];
}

/** The fixes of these obligations, each update once a part. */
export function offersOf(obligations: readonly StandingObligation[]): readonly Offer[] {
  const found = new Map<
    Part,
    Map<string, { kb: KbNumber | null; fixes: PublishedFix[]; obligations: StandingObligation[] }>
  >();
  for (const obligation of obligations) {
    const ofPart = found.get(obligation.part) ?? new Map<string, never>();
    found.set(obligation.part, ofPart);
    for (const fix of obligation.fixes) {
      const { kb, fixedBuild } = fix.remediation;
      // Without a KB only a version of software can be taken; of Windows such rows name an article.
      if (kb === null && obligation.part.kind !== 'software') continue;
      const key = kb ?? `version ${fixedBuild}`;
      const offer = ofPart.get(key) ?? { kb, fixes: [], obligations: [] };
      ofPart.set(key, offer);
      offer.fixes.push(fix);
      if (offer.obligations.at(-1) !== obligation) offer.obligations.push(obligation);
    }
  }
  return [...found].flatMap(([part, ofPart]) => Array.from(ofPart.values(), (offer) => ({ ...offer, part })));
}

/** How many of its obligations stand so. */
export function countStanding({ obligations }: Offer, kind: StandingObligation['standing']['kind']): number {
  return new Set(obligations.flatMap(({ vulnerability, standing }) => (standing.kind === kind ? vulnerability : [])))
    .size;
}

/** What most of its rows say. */
export function mostNamed(offer: Offer, field: 'subType' | 'fixedBuild'): string {
  const votes = new Map<string, number>();
  for (const { remediation } of offer.fixes) votes.set(remediation[field], (votes.get(remediation[field]) ?? 0) + 1);
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
}
