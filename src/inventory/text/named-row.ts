import type { ReportInput } from '../readers/report-input.ts';
import type { DelimitedTable } from './delimited-table.ts';
import { displayedObjects } from './displayed-objects.ts';
import { findRecords, firstRecord } from './find-records.ts';
import { textOf } from './loose-json.ts';
import type { JsonRecord } from './loose-json.ts';
import type { PowershellObject } from './powershell-object.ts';

/**
 * One record of an export that comes as JSON, as a table or as PowerShell shows it alike. Names are compared without case, blanks and punctuation:
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

/** Names are few and come again in every record. */
class KnownNames {
  private readonly keys = new Map<string, string>();
  private readonly keyOf: NameKey;
  constructor(keyOf: NameKey) {
    this.keyOf = keyOf;
  }
  of(name: string): string {
    let key = this.keys.get(name);
    if (key === undefined) {
      key = this.keyOf(name);
      if (this.keys.size < mostKnown && name.length < 200) this.keys.set(name, key);
    }
    return key;
  }
}

const mostKnown = 5000;
/** What a text without separators is told by. */
const headLength = 65_536;

/** A record's fields by their keys, or the cells of a row by the columns' keys. */
class Fields implements NamedRow {
  private readonly known: KnownNames;
  private readonly keys: ReadonlyMap<string, unknown>;
  private readonly cells: readonly string[] | undefined;

  constructor(known: KnownNames, keys: ReadonlyMap<string, unknown>, cells?: readonly string[]) {
    this.known = known;
    this.keys = keys;
    this.cells = cells;
  }

  value(...names: readonly string[]): unknown {
    for (const name of names) {
      const found = this.valueOf(name);
      if (found !== undefined && found !== null && found !== '') return found;
    }
    return undefined;
  }

  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const found = textOf(this.valueOf(name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.keys.has(this.known.of(name)));
  }

  private valueOf(name: string): unknown {
    const held = this.keys.get(this.known.of(name));
    return this.cells === undefined || held === undefined ? held : (this.cells[held as number] ?? '');
  }
}

/** Several readers look at the head of one report. */
const heads = new WeakMap<ReportInput, readonly PowershellObject[]>();

/** What PowerShell shows as lists or tables: the one has colons behind blanks, the other lines of dashes. */
function shownAtHead(input: ReportInput): readonly PowershellObject[] {
  const known = heads.get(input);
  if (known !== undefined) return known;
  const text = input.text.slice(0, headLength);
  const shown = /^[ \t]{0,200}--| : /m.test(text) ? displayedObjects(text) : [];
  heads.set(input, shown);
  return shown;
}

function shownIn(input: ReportInput): readonly PowershellObject[] {
  const head = shownAtHead(input);
  return head.length === 0 || input.text.length <= headLength ? head : displayedObjects(input.text);
}

/** The rows of a kind of record: told by its fields. */
export class RowShape {
  private readonly names: KnownNames;
  private readonly isOne: (row: NamedRow) => boolean;

  /** `isOne` tells the record by its fields; of a table, by its heading. */
  constructor(isOne: (row: NamedRow) => boolean, keyOf: NameKey = plainNameKey) {
    this.isOne = isOne;
    this.names = new KnownNames(keyOf);
  }

  /** @throws {InventoryFormatError} for a table with a quote that is not closed. */
  rowsIn(input: ReportInput): readonly NamedRow[] {
    const json = input.json();
    if (json !== undefined) return this.recordsIn(json.values);
    const table = input.table();
    const rows = table === undefined ? [] : this.tableRows(table);
    return rows.length > 0 || input.kind !== 'text' ? rows : this.shownRows(shownIn(input));
  }

  /** The first record, or the heading of a table as a row without cells; `undefined` where there is none of this kind. */
  firstIn(input: ReportInput): NamedRow | undefined {
    const json = input.json();
    if (json !== undefined) {
      const record = firstRecord(json.values, (each) => this.isOne(this.rowOf(each)));
      return record === undefined ? undefined : this.rowOf(record);
    }
    const table = input.tableHead();
    const heading = table === undefined ? undefined : new Fields(this.names, this.columnsOf(table), []);
    if (heading !== undefined && this.isOne(heading)) return heading;
    return input.kind === 'text' ? this.shownRows(shownAtHead(input))[0] : undefined;
  }

  recordsIn(values: readonly unknown[]): readonly NamedRow[] {
    return [...findRecords(values, (each) => this.isOne(this.rowOf(each)))].map((record) => this.rowOf(record));
  }

  rowOf(record: JsonRecord): NamedRow {
    const fields = new Map<string, unknown>();
    for (const [name, value] of Object.entries(record)) {
      const key = this.names.of(name);
      if ((fields.get(key) ?? null) === null) fields.set(key, value);
    }
    return new Fields(this.names, fields);
  }

  tableRows(table: DelimitedTable): readonly NamedRow[] {
    const columns = this.columnsOf(table);
    return this.isOne(new Fields(this.names, columns, []))
      ? table.rows.map((row) => new Fields(this.names, columns, row))
      : [];
  }

  private shownRows(objects: readonly PowershellObject[]): readonly NamedRow[] {
    const rows = objects.map(({ fields }) => this.rowOf(Object.fromEntries(fields)));
    return rows.filter((row) => this.isOne(row));
  }

  /** Of columns with one name the first counts. */
  private columnsOf({ header }: DelimitedTable): ReadonlyMap<string, number> {
    return new Map(header.map((name, index) => [this.names.of(name), index] as const).toReversed());
  }
}
