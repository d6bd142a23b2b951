import type { PatchState } from '../../inventory/patch-state.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { EvidenceVerdict, ExplainSubject, Flip, FlipChange } from '../evidence.ts';
import { isListCut } from '../lines/cut-list.ts';
import { judgeAnew } from './judged-device.ts';
import type { JudgedDevice } from './judged-device.ts';
import { ruleOn } from './verdict.ts';

/** A change that may turn the verdict, not tried yet. */
export interface Proposal {
  readonly says: string;
  readonly change: FlipChange;
}

/** Tries a change: judges the device as if it were so. Only what does turn the verdict is told. */
export function tryFlip(
  { state, catalogue, options }: JudgedDevice,
  subject: ExplainSubject,
  { says, change }: Proposal,
): Flip & { readonly to: EvidenceVerdict } {
  const changed = judgeAnew(applyChange(state, change), catalogue, { ...options, asOf: change.asOf ?? options.asOf });
  return { says, change, to: ruleOn(changed, subject).verdict };
}

/** The facts as they would be after a change. */
function applyChange(state: PatchState, change: FlipChange): PatchState {
  const { installed = [], notInstalled = [], build, software, wholeUpdateList } = change;
  const kbs = [...new Set([...state.installedKbs, ...installed])]
    .filter((kb) => !notInstalled.includes(kb))
    .sort(compareKbNumbers);
  const list =
    wholeUpdateList === true || state.updateList === 'complete'
      ? 'complete'
      : kbs.length > 0
        ? isListCut(state)
          ? 'none'
          : 'partial'
        : state.installedKbs.length > 0
          ? 'none'
          : state.updateList;
  return {
    ...state,
    os: build === undefined ? state.os : { ...state.os, build },
    installedKbs: kbs,
    updateList: list,
    software:
      software === undefined
        ? state.software
        : state.software.map((each) => (each.name === software.name ? { ...each, version: software.version } : each)),
  };
}
