import type { DelimitedTable } from '../delimited-table.ts';
import type { SheetCells } from './read-sheet.ts';

/** Rows above a heading: titles, dates, blank ones that are left out already. */
const mostTitles = 20;

/**
 * A sheet as a table: its heading is the first row of words that has about as many as the rows below it; what stands above
 * a blank cell of it (a heading merged over two lines) fills it. `headingRow` is the heading's number in the sheet,
 * from 1. `undefined` where no row has two cells.
 */
export function sheetTable({ rows, numbers, fractions }: SheetCells, headingRow?: number): DelimitedTable | undefined {
  const at = headingRow === undefined ? headingAt(rows) : numbers.indexOf(headingRow);
  if (rows[at] === undefined) return undefined;
  const heading = headingOf(rows, at);
  const width = Math.max(heading.length, ...rows.slice(at + 1, at + 50).map((row) => row.length));
  const header = Array.from({ length: width }, (_, column) => heading[column] ?? '');
  if (filledIn(header) < 2) return undefined;
  const places = [...fractions].map((place) => place.split(' ').map(Number));
  return {
    header,
    rows: rows.slice(at + 1).map((row) => header.map((_, column) => row[column] ?? '')),
    fractions: new Set(places.map(([row = 0, column = 0]) => `${row - at - 1} ${column}`)),
  };
}

/** Place of the heading, -1 where no row has two cells. */
function headingAt(rows: readonly (readonly string[])[]): number {
  const first = rows.slice(0, mostTitles);
  const most = Math.max(0, ...rows.slice(0, 2 * mostTitles).map(filledIn));
  const found = first.findIndex(
    (_, at) => isHeading(headingOf(rows, at)) && filledIn(headingOf(rows, at)) >= most * 0.6,
  );
  const fullest = first.findIndex((row) => filledIn(row) === most);
  return most < 2 ? -1 : found === -1 ? fullest : found;
}

/** Words, not numbers, days or versions. */
function isHeading(cells: readonly string[]): boolean {
  return filledIn(cells) >= 2 && cells.every((cell) => !/^\d+(?:[.,:/-]\d+)*%?$/.test(cell));
}

/** A row with what stands above its blank cells. */
function headingOf(rows: readonly (readonly string[])[], at: number): readonly string[] {
  const row = rows[at] ?? [];
  const above = rows[at - 1] ?? [];
  const width = Math.max(row.length, above.length);
  return Array.from({ length: width }, (_, column) =>
    (row[column] ?? '') === '' ? (above[column] ?? '') : (row[column] ?? ''),
  );
}

function filledIn(row: readonly string[]): number {
  return new Set(row.filter((cell) => cell !== '')).size;
}
