import type { JsonRecord } from '../../text/loose-json.ts';
import { RegistryValues } from './registry-values.ts';
import type { ResultSet } from './result-set.ts';
import { tablesOf } from './tables.ts';
import type { Table } from './tables.ts';

/** A row and the place of its result in the order of age, 0 the newest. */
export interface RankedRow {
  readonly row: JsonRecord;
  readonly rank: number;
}

/** The rows of all results by table, newest result first. */
export class SortedRows {
  readonly registry = new RegistryValues();
  readonly newestAt: string | undefined;
  /** Whether any row is of a table that is read. */
  isTold = false;
  readonly #byTable = new Map<Table, RankedRow[]>();

  constructor(sets: readonly ResultSet[]) {
    const newestFirst = [...sets].sort((a, b) => compareText(b.observedAt ?? '', a.observedAt ?? ''));
    this.newestAt = newestFirst[0]?.observedAt;
    for (const [rank, { rows }] of newestFirst.entries()) {
      const values: JsonRecord[] = [];
      for (const row of rows) {
        for (const table of tablesOf(row)) {
          this.isTold = true;
          if (table === 'registry') values.push(row);
          else this.#listOf(table).push({ row, rank });
        }
      }
      this.registry.add(values, rank);
    }
  }

  rows(table: Table): readonly RankedRow[] {
    return this.#byTable.get(table) ?? [];
  }

  #listOf(table: Table): RankedRow[] {
    const list = this.#byTable.get(table) ?? [];
    this.#byTable.set(table, list);
    return list;
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
