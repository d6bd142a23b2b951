import { readFileSync } from 'node:fs';
import { parseMapping } from '../inventory/readers/mapping/parse-mapping.ts';
import type { ColumnMapping } from '../inventory/readers/mapping/column-mapping.ts';
import { UsageError } from './exit-code.ts';

/** What `--map` names: a file with a mapping of columns, or `guess`. @throws {UsageError} naming the key that is wrong. */
export function readMapping(map: string | undefined): ColumnMapping | 'guess' | undefined {
  if (map === undefined || map === 'guess') return map;
  try {
    return parseMapping(map, readFileSync(map, 'utf8'));
  } catch (error) {
    throw new UsageError(`--map: ${error instanceof Error ? error.message : String(error)}`);
  }
}
