import type { Assessment } from '../assessment/assessment.ts';

/** `assessed`, or `not-assessed; reason=no-patch-evidence`: an empty list is never left to speak for itself. */
export function coverageHeader({ coverage, undetermined }: Assessment): string {
  const reasons = [...new Set(undetermined.map(({ reason }) => reason))].sort();
  return reasons.length === 0 ? coverage : `${coverage}; reason=${reasons.join(',')}`;
}
