import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import { assess, ruleInput } from '../assess.ts';
import type { AssessOptions } from '../assess.ts';
import type { Assessment, Undetermined, UndeterminedReason } from '../assessment.ts';
import { identifyOs } from '../identify-os.ts';
import { isListCut } from '../lines/cut-list.ts';
import type { RuleInput } from '../rules/rule.ts';
import { findParts } from './parts.ts';
import type { Part } from './parts.ts';

/** A verdict taken apart: what each rule found for which part of the device. */
export interface JudgedDevice {
  readonly catalogue: Catalogue;
  readonly state: PatchState;
  readonly options: AssessOptions;
  /** Why nothing at all was judged; `undefined` where the operating system was. */
  readonly stop: Pick<Undetermined, 'reason' | 'detail'> | undefined;
  /** `undefined` where the operating system is not known. */
  readonly input: RuleInput | undefined;
  readonly parts: readonly Part[];
}

let last: JudgedDevice | undefined;

/** Many subjects of one device are explained one after another: the last judgement is kept, and no more than that. */
export function judgeDevice(state: PatchState, catalogue: Catalogue, options: AssessOptions): JudgedDevice {
  if (last?.state !== state || last.catalogue !== catalogue || last.options.asOf !== options.asOf)
    last = judgeAnew(state, catalogue, options);
  return last;
}

/** Judges without keeping: for what is tried once. */
export function judgeAnew(state: PatchState, catalogue: Catalogue, options: AssessOptions): JudgedDevice {
  const base = { catalogue, state, options };
  const identity = identifyOs(state, catalogue);
  if (identity.kind === 'unidentified') return { ...base, stop: identity, input: undefined, parts: [] };
  const [os, ...others] = identity.candidates;
  if (os === undefined) return { ...base, stop: undefined, input: undefined, parts: [] };
  const input = ruleInput(state, catalogue, { os, ubr: identity.ubr, asOf: options.asOf });
  const parts = findParts(input);
  const isUnsure = others.length > 0 || state.os.rollupLevelFrom !== undefined || isListCut(state);
  const stop = isUnsure ? doubtOf(assess(state, catalogue, options)) : undefined;
  return { ...base, stop: stop ?? stopOf(parts, os.product), input, parts };
}

/** What the device can be, or how far along it is, has several answers that differ: no rule by itself knows. */
const doubts: readonly UndeterminedReason[] = ['ambiguous-product', 'no-patch-evidence'];

function doubtOf({ coverage, undetermined }: Assessment): JudgedDevice['stop'] {
  return coverage === 'not-assessed' ? undetermined.find(({ reason }) => doubts.includes(reason)) : undefined;
}

/** Reasons that leave the operating system judged. */
const partly: readonly UndeterminedReason[] = ['no-update-list', 'source-suspect'];

/** The operating system's own reason, not that of any software beside it. */
function stopOf(parts: readonly Part[], os: number): JudgedDevice['stop'] {
  const unjudged = parts.flatMap((part) =>
    'findings' in part ? part.findings.flatMap(({ finding }) => finding.undetermined) : [],
  );
  return unjudged.find(({ product, reason }) => product === os && !partly.includes(reason));
}
