import { InventoryFormatError } from '../inventory-format-error.ts';
import type { ReportInput } from '../report-input.ts';
import { readTable } from '../../text/delimited-table.ts';
import type { DelimitedTable } from '../../text/delimited-table.ts';
import { isRecord, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { plainNameKey } from '../../text/named-row.ts';
import { readWorkbook } from '../../text/workbook/read-workbook.ts';
import { sheetTable } from '../../text/workbook/sheet-table.ts';
import type { ColumnMapping, ColumnName } from './column-mapping.ts';

/** A cell's texts (several where JSON has a list) and whether it is a number that lost the zeros at its end. */
export interface MappedCell {
  readonly texts: readonly string[];
  readonly isFraction: boolean;
}

/** One row of a table or one object of a list. */
export type MappedRow = (column: ColumnName) => MappedCell;

/** Rows with the names of their columns, in their order. */
export interface MappedRows {
  readonly columns: readonly string[];
  readonly rows: readonly MappedRow[];
}

/** How rows are found in a report: parts of a mapping. */
export type RowPlace = Pick<ColumnMapping, 'sheet' | 'heading' | 'records'>;

const anywhere: RowPlace = { sheet: undefined, heading: undefined, records: undefined };
/** Titles that may stand above a heading. */
const mostTitles = 10;
const noCell: MappedCell = { texts: [], isFraction: false };

/**
 * The rows of a report, by what a mapping says of their place, else by what they look like; `undefined` where there are none.
 * @throws {InventoryFormatError} for a workbook or table that cannot be read.
 */
export function mappedRows(input: ReportInput, place: RowPlace = anywhere): MappedRows | undefined {
  if (input.kind === 'json') return jsonRows(input, place);
  const table =
    input.kind === 'binary' ? sheetOf(input, place) : input.kind === 'text' ? tableOf(input, place) : undefined;
  return table === undefined ? undefined : tableRows(table, place.heading === 0);
}

function sheetOf(input: ReportInput, { sheet, heading }: RowPlace): DelimitedTable | undefined {
  if (sheet === undefined && heading === undefined) return input.table();
  const cells = readWorkbook(input.source, input.bytes, sheet);
  if (heading !== 0) return sheetTable(cells, heading);
  const width = Math.max(0, ...cells.rows.slice(0, 100).map((row) => row.length));
  const header = Array.from({ length: width }, () => '');
  return {
    header,
    rows: cells.rows.map((row) => header.map((_, column) => row[column] ?? '')),
    fractions: cells.fractions,
  };
}

/** Lines above the heading that are no part of the table are passed over. */
function tableOf(input: ReportInput, { heading }: RowPlace): DelimitedTable | undefined {
  if (heading === undefined) {
    const whole = input.table();
    const isTable = whole !== undefined && whole.rows.length > 0 && whole.header.every((cell) => cell !== '');
    return isTable ? whole : (behindTitles(input) ?? whole);
  }
  if (heading > 1) return readTable(input.source, linesFrom(input.text, heading - 1));
  const table = input.table();
  if (heading === 1 || table === undefined) return table;
  return { header: table.header.map(() => ''), rows: [table.header, ...table.rows] };
}

/** The table behind titles: where two lines one after another have as many separators, and more than two columns. */
function behindTitles({ source, text }: ReportInput): DelimitedTable | undefined {
  const lines = text.slice(0, 20_000).split('\n', mostTitles + 3);
  const at = lines.findIndex((line, index) => {
    const separators = separatorsIn(line);
    return index > 0 && separators >= 2 && separatorsIn(lines[index + 1] ?? '') === separators;
  });
  return at === -1 ? undefined : readTable(source, linesFrom(text, at));
}

/** How often the separator stands in a line that it has most of, outside of quotes. */
function separatorsIn(line: string): number {
  const bare = line.slice(0, 5000).replace(/"[^"]*"/g, '');
  return Math.max(...[',', ';', '\t', '|'].map((separator) => bare.split(separator).length - 1));
}

function linesFrom(text: string, skipped: number): string {
  let at = 0;
  for (let line = 0; line < skipped && at !== -1; line += 1) {
    const end = text.indexOf('\n', at);
    if (end === -1) return '';
    at = end + 1;
  }
  return text.slice(at);
}

function tableRows({ header, rows, fractions }: DelimitedTable, isBare: boolean): MappedRows {
  const columns = header.map((name, index) => (isBare || name === '' ? String(index + 1) : name));
  const places = new Map(columns.map((name, index) => [plainNameKey(name), index] as const).toReversed());
  const cellOf = (row: readonly string[], number: number, column: ColumnName): MappedCell => {
    const at = typeof column === 'number' ? column - 1 : places.get(plainNameKey(column));
    const text = at === undefined ? '' : (row[at] ?? '');
    if (at === undefined || text === '') return noCell;
    return { texts: [text], isFraction: fractions?.has(`${number} ${at}`) === true };
  };
  return { columns, rows: rows.map((row, number) => (column) => cellOf(row, number, column)) };
}

/** The list that the mapping names, or the longest one of objects. */
function jsonRows(input: ReportInput, { records }: RowPlace): MappedRows | undefined {
  const json = input.json();
  if (json === undefined) return undefined;
  const listed =
    records === undefined ? longestList(json.values) : json.values.flatMap((value) => [...valuesAt(value, records)]);
  const objects = listed
    .flatMap((each) => (Array.isArray(each) ? (each as readonly unknown[]) : [each]))
    .filter(isRecord);
  if (objects.length === 0 && records !== undefined)
    throw new InventoryFormatError(input.source, `a list of objects at ${JSON.stringify(records)}`, 'none');
  if (objects.length === 0) return undefined;
  const columns = new Set<string>();
  for (const object of objects.slice(0, 20)) for (const path of pathsOf(object, 3)) columns.add(path);
  return { columns: [...columns], rows: objects.map((object) => (column) => jsonCell(object, column)) };
}

function longestList(values: readonly unknown[]): readonly unknown[] {
  let longest: readonly unknown[] = values.length > 1 ? values : [];
  const look = (value: unknown, depth: number): void => {
    if (depth > 4 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      const list = value as readonly unknown[];
      // The list nearest to the outside: lists inside of its objects are their own.
      if (list.some(isRecord)) {
        if (list.length > longest.length) longest = list;
        return;
      }
    }
    for (const inner of Object.values(value)) look(inner, depth + 1);
  };
  if (values.length === 1) look(values[0], 0);
  return longest;
}

function jsonCell(object: JsonRecord, column: ColumnName): MappedCell {
  if (typeof column === 'number') return noCell;
  const values = [...valuesAt(object, column)];
  const isFraction = values.some((value) => typeof value === 'number' && !Number.isInteger(value));
  const texts = values.flatMap((value) => (typeof value === 'boolean' ? [String(value)] : (textOf(value) ?? [])));
  return { texts, isFraction };
}

/** The values at a path, through lists on its way; a key with dots in it is found, too. Names in any case. */
function* valuesAt(value: unknown, path: string): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) yield* valuesAt(item, path);
    return;
  }
  if (path === '') {
    yield value;
    return;
  }
  if (!isRecord(value)) return;
  const own = keyIn(value, path);
  if (own !== undefined) {
    yield* valuesAt(value[own], '');
    return;
  }
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const key = keyIn(value, path.slice(0, dot));
    if (key === undefined) continue;
    yield* valuesAt(value[key], path.slice(dot + 1));
    return;
  }
}

function keyIn(record: JsonRecord, name: string): string | undefined {
  if (Object.hasOwn(record, name)) return name;
  const wanted = plainNameKey(name);
  return wanted === ''
    ? undefined
    : Object.keys(record).find((key) => !key.includes('.') && plainNameKey(key) === wanted);
}

/** Paths to the texts, numbers and flags of an object. */
function pathsOf(value: unknown, deepest: number): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.slice(0, 5).flatMap((item) => pathsOf(item, deepest)))];
  if (!isRecord(value)) return [''];
  if (deepest === 0) return [];
  return Object.entries(value)
    .slice(0, 500)
    .flatMap(([key, inner]) => pathsOf(inner, deepest - 1).map((path) => (path === '' ? key : `${key}.${path}`)));
}
