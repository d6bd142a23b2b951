import type { PatchState } from '../../inventory/patch-state.ts';
import type { RuleFinding, RuleInput, UndeterminedProduct } from '../rules/rule.ts';

/** Whether updates are known to be installed, and others are that no list names: see `PatchState.updateList`. */
export function isListCut({ updateList, installedKbs }: PatchState): boolean {
  return updateList === 'none' && installedKbs.length > 0;
}

/**
 * What a cut list names is installed, and what it does not name may be: without a build it tells how far a device is at least. Where
 * that is not the newest update, nobody can say what is missing.
 */
export function withoutCutList(input: RuleInput, findings: readonly RuleFinding[]): readonly RuleFinding[] {
  const { state, ubr, os } = input;
  const lacks = findings.some(({ open, lacking }) => open.length > 0 || lacking.length > 0);
  if (!isListCut(state) || ubr !== undefined || !lacks) return findings;
  const stop: UndeterminedProduct = {
    product: os.product,
    reason: 'no-patch-evidence',
    detail: 'the build has no UBR, and of the update list only a part came: the newest update may be in the rest',
  };
  return findings.map((finding) =>
    finding.products.includes(os.product) ? { ...finding, undetermined: [...finding.undetermined, stop] } : finding,
  );
}
