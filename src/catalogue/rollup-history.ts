import { readFileSync } from 'node:fs';
import type { KbNumber } from '../terms/kb-number.ts';

const table = new URL('./tables/rollup-history.json', import.meta.url);
let loaded: Readonly<Record<string, readonly number[]>> | undefined;

/**
 * Rollups of a Windows before 10, oldest first, with the previews between them, which no advisory names: a preview holds
 * the rollup of its month. Empty for other builds.
 */
export function rollupHistory(build: number): readonly KbNumber[] {
  loaded ??= (JSON.parse(readFileSync(table, 'utf8')) as { readonly rollups: Readonly<Record<string, number[]>> })
    .rollups;
  return (loaded[String(build)] ?? []).map((kb) => String(kb) as KbNumber);
}
