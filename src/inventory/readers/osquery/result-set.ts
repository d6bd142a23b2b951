import { isRecord } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';

/** The rows that one query gave on one host, and when. Values are texts, or numbers under `--logger_numerics`. */
export interface ResultSet {
  /** Name of the query, `pack_windows_patches`; empty where nothing names it. It means nothing: columns tell the table. */
  readonly query: string;
  readonly rows: readonly JsonRecord[];
  /** UTC instant; `undefined` for a dump without one. */
  readonly observedAt: string | undefined;
}

/** One row of a table: flat, as SQLite gives it. An object with lists or objects inside is somebody else's record. */
export function isRow(value: unknown): value is JsonRecord {
  if (!isRecord(value)) return false;
  const values = Object.values(value);
  return (
    values.length > 0 && values.every((each) => each === null || typeof each === 'string' || typeof each === 'number')
  );
}

/** The rows of a result; osquery up to 2017 writes an empty one as `""`. `undefined` for what is no result. */
export function rowsOf(value: unknown): readonly JsonRecord[] | undefined {
  if (value === '' || value === null) return [];
  if (Array.isArray(value)) return value.filter(isRow);
  return undefined;
}
