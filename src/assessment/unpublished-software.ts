import type { Catalogue } from '../catalogue/catalogue.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import { judgeSoftware } from './judge-software.ts';
import { isPublished } from './published-software.ts';

/** What of the reported software no verdict speaks of: no rule knows it, no document names it, and it is no part of Windows. */
export function unpublishedSoftware(
  state: PatchState,
  catalogue: Catalogue,
): ReadonlySet<PatchState['software'][number]> {
  const installed = new Set(state.installedKbs);
  const { software: judged } = judgeSoftware({ catalogue, state, installed, asOf: null });
  return new Set(state.software.filter((each) => !judged.has(each) && !isPublished(catalogue, each)));
}
