import type { KbNumber } from '../terms/kb-number.ts';
import { readTable } from './read-table.ts';

let loaded: Readonly<Record<string, readonly number[]>> | undefined;

/**
 * Rollups of a Windows before 10, oldest first, with the previews between them, which no advisory names: a preview holds
 * the rollup of its month. Empty for other builds.
 */
export function rollupHistory(build: number): readonly KbNumber[] {
  loaded ??= readTable<{ readonly rollups: Readonly<Record<string, number[]>> }>('rollup-history').rollups;
  return (loaded[String(build)] ?? []).map((kb) => String(kb) as KbNumber);
}
