import type { ReportInput } from '../readers/report-input.ts';
import type { DelimitedTable } from './delimited-table.ts';
import { findRecords } from './find-records.ts';
import { textOf } from './loose-json.ts';
import type { JsonRecord } from './loose-json.ts';

/**
 * One record of an export that comes as JSON or as a table alike. Names are compared without case, blanks and punctuation:
 * `lastSyncDateTime`, `LastSyncDateTime` and `Last sync date-time` are one.
 */
export interface NamedRow {
  /** The first of the fields that is there with a value other than `null`; in a table always a text. */
  value(...names: readonly string[]): unknown;
  /** The first of the fields that is a text or number, without the blanks around it. */
  text(...names: readonly string[]): string | undefined;
  /** Whether one of the fields exists, be it empty. */
  has(...names: readonly string[]): boolean;
}

/** How a name is compared. */
export type NameKey = (name: string) => string;

/** Lower case, letters and digits only. */
export function plainNameKey(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Keys of the names that readers ask for: few, and asked for in every row. */
class AskedNames {
  private readonly keys = new Map<string, string>();
  private readonly keyOf: NameKey;
  constructor(keyOf: NameKey) {
    this.keyOf = keyOf;
  }
  of(name: string): string {
    let key = this.keys.get(name);
    if (key === undefined) {
      key = this.keyOf(name);
      this.keys.set(name, key);
    }
    return key;
  }
}

function namedRow(asked: AskedNames, fields: ReadonlyMap<string, unknown>): NamedRow {
  const value = (...names: readonly string[]): unknown => {
    for (const name of names) {
      const found = fields.get(asked.of(name));
      if (found !== undefined && found !== null && found !== '') return found;
    }
    return undefined;
  };
  const text = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const found = textOf(fields.get(asked.of(name)));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { value, text, has: (...names) => names.some((name) => fields.has(asked.of(name))) };
}

/** The rows of a kind of record: see `rowsIn` and `headRowsIn`. */
export class RowShape {
  private readonly asked: AskedNames;
  private readonly keyOf: NameKey;
  private readonly isOne: (row: NamedRow) => boolean;

  /** `isOne` tells the record by its fields; of a table, by its heading. */
  constructor(isOne: (row: NamedRow) => boolean, keyOf: NameKey = plainNameKey) {
    this.isOne = isOne;
    this.keyOf = keyOf;
    this.asked = new AskedNames(keyOf);
  }

  /** @throws {InventoryFormatError} for a table with a quote that is not closed. */
  rowsIn(input: ReportInput): readonly NamedRow[] {
    const json = input.json();
    if (json !== undefined) return this.recordsIn(json.values);
    const table = input.table();
    return table === undefined ? [] : this.tableRows(table);
  }

  /** The first row, by the report's head; `undefined` where there is none of this kind. */
  firstIn(input: ReportInput): NamedRow | undefined {
    const json = input.json();
    if (json !== undefined) {
      for (const record of findRecords(json.values, (each) => this.isOne(this.rowOf(each)), 20_000))
        return this.rowOf(record);
      return undefined;
    }
    const table = input.tableHead();
    if (table === undefined) return undefined;
    const [first = this.emptyRow(table)] = this.tableRows({ header: table.header, rows: table.rows.slice(0, 1) });
    return this.isOne(first) ? first : undefined;
  }

  recordsIn(values: readonly unknown[]): readonly NamedRow[] {
    const found: NamedRow[] = [];
    for (const record of findRecords(values, (each) => this.isOne(this.rowOf(each)))) found.push(this.rowOf(record));
    return found;
  }

  rowOf(record: JsonRecord): NamedRow {
    const fields = new Map<string, unknown>();
    for (const [name, value] of Object.entries(record)) {
      const key = this.keyOf(name);
      if (!fields.has(key) || (fields.get(key) ?? null) === null) fields.set(key, value);
    }
    return namedRow(this.asked, fields);
  }

  tableRows({ header, rows }: DelimitedTable): readonly NamedRow[] {
    const keys = header.map(this.keyOf);
    if (!this.isOne(namedRow(this.asked, new Map(keys.map((key) => [key, ''] as const))))) return [];
    return rows.map((row) => {
      const fields = new Map<string, unknown>();
      for (const [index, key] of keys.entries()) if ((fields.get(key) ?? '') === '') fields.set(key, row[index] ?? '');
      return namedRow(this.asked, fields);
    });
  }

  private emptyRow({ header }: DelimitedTable): NamedRow {
    return namedRow(this.asked, new Map(header.map((name) => [this.keyOf(name), ''] as const)));
  }
}
