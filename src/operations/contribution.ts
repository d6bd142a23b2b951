import type { Assessment, Coverage } from '../assessment/assessment.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import { softwareIdOf } from './software-id.ts';

/** What one device in a patch state adds to its tenant's exposure. */
export interface Contribution {
  readonly coverage: Coverage;
  readonly missing: readonly KbNumber[];
  /** Each software id once. */
  readonly software: readonly { readonly id: string; readonly isExposed: boolean }[];
}

/** Of a state that could not be judged at all. */
export const noContribution: Contribution = { coverage: 'not-assessed', missing: [], software: [] };

export function contributionOf({ coverage, missing, products }: Assessment): Contribution {
  const exposedById = new Map<string, boolean>();
  for (const product of products) {
    const id = softwareIdOf(product);
    exposedById.set(id, exposedById.get(id) === true || product.openCves > 0);
  }
  return {
    coverage,
    missing: missing.map(({ kb }) => kb),
    software: Array.from(exposedById, ([id, isExposed]) => ({ id, isExposed })),
  };
}
