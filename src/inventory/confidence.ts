import type { Inventory } from './inventory.ts';

/**
 * How good a source is for a verdict. `A`: build and UBR, exact. `B`: build and an update list, the level is inferred.
 * `C`: a list only, the system is unknown. `D`: nothing but another tool's verdict, never merged into ours.
 */
export type ConfidenceClass = 'A' | 'B' | 'C' | 'D';

/** The class of one observation, by what it holds, not by what its format could hold. */
export function confidenceOf({ os, updates, updatesComplete, opinions }: Inventory): ConfidenceClass {
  if (os.build?.ubr !== undefined || (os.rollupLevel !== undefined && os.rollupLevelFrom === undefined)) return 'A';
  if (os.build !== undefined || os.name !== undefined || os.rollupLevel !== undefined) return 'B';
  if (updates.length > 0 || updatesComplete || opinions.length === 0) return 'C';
  return 'D';
}
