import type { RegistryKey } from '../../facts/registry-keys.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { keysOfRows } from './registry-rows.ts';
import type { ResultSet } from './result-set.ts';
import { tablesOf } from './tables.ts';
import type { Table } from './tables.ts';

/** A row and the place of its result in the order of age, 0 the newest. */
export interface RankedRow {
  readonly row: JsonRecord;
  readonly rank: number;
  /** When its result was seen; `undefined` for a dump. */
  readonly at: string | undefined;
}

/** A key of the registry, likewise. */
export interface RankedKey extends RegistryKey {
  readonly rank: number;
  readonly at: string | undefined;
}

/** The rows of all results by table, newest result first. */
export class SortedRows {
  readonly newestAt: string | undefined;
  readonly registry: readonly RankedKey[];
  /** Whether any row is of a table that is read. */
  readonly isTold: boolean;
  readonly #byTable = new Map<Table, RankedRow[]>();

  constructor(sets: readonly ResultSet[]) {
    const newestFirst = [...sets].sort((a, b) => compareText(b.observedAt ?? '', a.observedAt ?? ''));
    this.newestAt = newestFirst[0]?.observedAt;
    for (const [rank, { rows, observedAt: at }] of newestFirst.entries())
      for (const row of rows) this.#add({ row, rank, at });
    this.isTold = this.#byTable.size > 0;
    this.registry = [...Map.groupBy(this.rows('registry'), ({ rank }) => rank)].flatMap(([rank, ranked]) =>
      keysOfRows(ranked.map(({ row }) => row)).map((key) => ({ ...key, rank, at: ranked[0]?.at })),
    );
  }

  rows(table: Table): readonly RankedRow[] {
    return this.#byTable.get(table) ?? [];
  }

  #add(ranked: RankedRow): void {
    for (const table of tablesOf(ranked.row)) {
      const list = this.#byTable.get(table) ?? [];
      this.#byTable.set(table, list);
      list.push(ranked);
    }
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
