import type { Catalogue } from '../catalogue/catalogue.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import { compareKbNumbers } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { AssessOptions } from './assess.ts';
import type { Alternative, Evidence, ExplainSubject } from './evidence.ts';
import { factsOf } from './explain/facts.ts';
import { flipsOf } from './explain/flips.ts';
import { judgeDevice } from './explain/judged-device.ts';
import type { JudgedDevice } from './explain/judged-device.ts';
import { offersOf } from './explain/offers.ts';
import { reliedOn } from './explain/rows.ts';
import { ruleOf } from './explain/rule-of.ts';
import { tell } from './explain/tell.ts';
import { temptingAlternatives } from './explain/tempting.ts';
import { ruleOn } from './explain/verdict.ts';
import type { Ruling } from './explain/verdict.ts';
import { weigh } from './explain/weigh.ts';

/**
 * Why an update or a vulnerability is missing, remediated, undetermined or not for this device. Built on demand: a plain
 * verdict does not pay for it. Pure, like the verdict, and never another than it.
 */
export function explain(
  state: PatchState,
  catalogue: Catalogue,
  subject: ExplainSubject,
  options: AssessOptions,
): Evidence {
  const judged = judgeDevice(state, catalogue, options);
  const ruling = ruleOn(judged, subject);
  const alternatives = alternativesOf(judged, subject, ruling);
  const flips = flipsOf(judged, subject, ruling);
  return {
    subject,
    verdict: ruling.verdict,
    reason: reasonOf(judged, ruling),
    rule: ruleOf(judged, subject, ruling),
    facts: factsOf(judged, ruling),
    ...reliedOn(catalogue, subject, ruling),
    alternatives,
    because: tell({ judged, subject, ruling, alternatives }),
    wouldFlip: flips.map(({ says }) => says),
    flips,
  };
}

function reasonOf({ stop }: JudgedDevice, { basis }: Ruling): Evidence['reason'] {
  if (basis.kind === 'undecided') return basis.reason;
  return basis.kind === 'not-judged' ? (stop?.reason ?? 'no-os-identity') : null;
}

/** By KB number, what has none last; a device that nobody can judge has nothing to choose from. */
function alternativesOf(judged: JudgedDevice, subject: ExplainSubject, ruling: Ruling): readonly Alternative[] {
  if (ruling.basis.kind === 'not-judged') return [];
  const all = [
    ...offersOf(ruling.obligations).map((offer) => weigh(judged, offer)),
    ...temptingAlternatives(judged, subject, ruling),
  ];
  return all.sort(
    (a, b) =>
      byKb(a.kb, b.kb) ||
      (a.fixedBuild ?? '').localeCompare(b.fixedBuild ?? '', 'en') ||
      (a.product < b.product ? -1 : 1),
  );
}

function byKb(a: KbNumber | null, b: KbNumber | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareKbNumbers(a, b);
}
