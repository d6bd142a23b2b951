import { parseJson } from '../../text/json-text.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import type { ReportInput } from '../report-input.ts';
import { isRecord } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { isRow } from './result-set.ts';

/**
 * The rows of what `osqueryi` prints: several JSON lists one after the other (one a statement), `--csv` with its bar or another
 * separator, `--line` with a column a line, or the table that it draws on a terminal. `undefined` for what is none of them. `headOnly`: enough to tell the format by.
 * @throws {InventoryFormatError} for a quote that is not closed.
 */
export function rowsOfDump(input: ReportInput, { headOnly = false } = {}): readonly JsonRecord[] | undefined {
  const { text } = input;
  const start = text.slice(0, 4096).trimStart();
  if (start.startsWith('[')) return rowsOfLists(text);
  if (/^\+-{3,}[-+]*\+\s*\n\s*\|/.test(start)) return rowsOfDrawnTable(headOnly ? text.slice(0, 65_536) : text);
  if (/^[a-z]\w{0,60} = /.test(start)) return rowsOfLines(headOnly ? text.slice(0, 65_536) : text);
  if (/^"?hotfix_id"?[ \t]*\r*\n/.test(start)) return rowsOfColumn(text);
  const table = headOnly ? input.tableHead() : input.table();
  if (table === undefined) return undefined;
  return table.rows.map((row) => Object.fromEntries(table.header.map((column, index) => [column, row[index] ?? ''])));
}

/** `    name = Microsoft Windows 11 Pro`: rows end with an empty line, or where a column comes again. */
function rowsOfLines(text: string): readonly JsonRecord[] {
  const rows: Map<string, string>[] = [];
  let row: Map<string, string> | undefined;
  for (const line of text.split(/\r*\n/)) {
    const [, column, value = ''] = /^[ \t]{0,200}([A-Za-z]\w{0,60}) =(?: (.*))?$/.exec(line) ?? [];
    if (line.trim() === '') row = undefined;
    if (column === undefined) continue;
    if (row === undefined || row.has(column)) rows.push((row = new Map<string, string>()));
    row.set(column, value.trim());
  }
  return rows.map((each) => Object.fromEntries(each));
}

/** A table of one column has no separator to be told by. */
function rowsOfColumn(text: string): readonly JsonRecord[] {
  const [column = '', ...cells] = text.split(/\r*\n/).map((line) => line.trim().replace(/^"(.*)"$/, '$1'));
  return cells.filter((cell) => cell !== '').map((cell) => ({ [column]: cell }));
}

/** Each list ends with a bracket that stands alone on its line. */
function rowsOfLists(text: string): readonly JsonRecord[] | undefined {
  const rows: JsonRecord[] = [];
  for (const part of text.split(/^\](?=\s*$)/m)) {
    if (part.trim() === '') continue;
    try {
      const list: unknown = parseJson(`${part}]`);
      if (!Array.isArray(list) || !list.every(isRecord)) return undefined;
      rows.push(...list.filter(isRow));
    } catch {
      return undefined;
    }
  }
  return rows;
}

/**
 * Lines between borders of plus and minus. A bar inside a value cannot be told from a separator, so that such a row is left out.
 * Several tables stand one below the other, each with its own heading.
 */
function rowsOfDrawnTable(text: string): readonly JsonRecord[] {
  const rows: JsonRecord[] = [];
  let header: readonly string[] | undefined;
  let borders = 0;
  for (const line of text.split(/\r*\n/)) {
    if (/^\+[-+]{2,}\+?$/.test(line.trim())) {
      borders += 1;
      if (borders % 3 === 1) header = undefined;
      continue;
    }
    if (!line.trimStart().startsWith('|')) continue;
    const cells = line
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim());
    if (header === undefined) header = cells;
    else if (cells.length === header.length)
      rows.push(Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ''])));
  }
  return rows;
}

/** @throws {InventoryFormatError} naming what was expected. */
export function refuseDump(source: string, received: string): never {
  throw new InventoryFormatError(
    source,
    'result logs, distributed results or rows of osquery that tell of a Windows host',
    received,
  );
}
