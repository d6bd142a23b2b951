import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import { assess, ruleInput } from '../assess.ts';
import type { AssessOptions } from '../assess.ts';
import type { Assessment, Undetermined, UndeterminedReason } from '../assessment.ts';
import { identifyOs } from '../identify-os.ts';
import type { RuleInput } from '../rules/rule.ts';
import { findParts } from './parts.ts';
import type { Part } from './parts.ts';

/** A verdict taken apart: what each rule found for which part of the device. */
export interface JudgedDevice {
  readonly catalogue: Catalogue;
  readonly state: PatchState;
  readonly options: AssessOptions;
  readonly assessment: Assessment;
  /** Why nothing at all was judged; `undefined` where the operating system was. */
  readonly stop: Undetermined | undefined;
  /** `undefined` where the operating system is not known. */
  readonly input: RuleInput | undefined;
  readonly parts: readonly Part[];
}

export function judgeDevice(state: PatchState, catalogue: Catalogue, options: AssessOptions): JudgedDevice {
  const assessment = assess(state, catalogue, options);
  const identity = identifyOs(state, catalogue);
  const [os] = identity.kind === 'identified' ? identity.candidates : [];
  const input =
    identity.kind === 'identified' && os !== undefined
      ? ruleInput(state, catalogue, { os, ubr: identity.ubr, asOf: options.asOf })
      : undefined;
  const stop = assessment.coverage === 'not-assessed' ? stopOf(assessment, state, identity) : undefined;
  return { catalogue, state, options, assessment, stop, input, parts: input === undefined ? [] : findParts(input) };
}

/** Reasons that leave the operating system judged. */
const partly: readonly UndeterminedReason[] = ['outside-catalogue', 'no-update-list', 'source-suspect'];

/** The operating system's own reason, not that of any software beside it. */
function stopOf(
  { undetermined, os: { productName } }: Assessment,
  { os }: PatchState,
  identity: ReturnType<typeof identifyOs>,
): Undetermined | undefined {
  const reported = os.name ?? os.build ?? 'operating system';
  if (identity.kind === 'unidentified') return { product: reported, reason: identity.reason, detail: identity.detail };
  return undetermined.find(
    ({ product, reason }) => (product === productName || product === reported) && !partly.includes(reason),
  );
}
