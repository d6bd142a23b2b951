import type { RuleInput, UndeterminedProduct } from '../rules/rule.ts';

/** Why nobody can say how far along a device is; `undefined` where something can. `wanted`: what its list would have to name. */
export function noPatchEvidence({ os, level, state }: RuleInput, wanted: string): UndeterminedProduct | undefined {
  if (level.evidence !== 'nothing') return undefined;
  const detail =
    state.updateList === 'none'
      ? 'the build has no UBR and no update list was reported'
      : `the build has no UBR and the update list names no ${wanted} that is known for this Windows`;
  return { product: os.product, reason: 'no-patch-evidence', detail };
}
