import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { moduleBeside, runInThread } from '../../operations/run-in-thread.ts';
import { csvCell, safeText } from '../csv-cell.ts';
import { ApiError } from '../errors.ts';
import type { Cell, Column } from './table-columns.ts';

/** Forms of a list beside JSON. */
export const tableFormats = ['csv', 'xlsx'] as const;
export type TableFormat = (typeof tableFormats)[number];

const types: Readonly<Record<TableFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** What the client takes, where it does not name a format. */
export function acceptedFormat({ headers }: FastifyRequest): TableFormat | undefined {
  const accepts = (headers.accept ?? '').toLowerCase();
  return tableFormats.find((format) => accepts.includes(types[format].split(';', 1)[0] ?? ''));
}

/** A workbook is made in memory, some kilobytes a row; a sheet of Excel ends at 1,048,576. */
const mostSheetRows = 100_000;

export interface Table {
  readonly format: TableFormat;
  /** `devices`: of the file. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly total: number;
  /** The rows, a page at a time; the last page is shorter or empty. */
  readonly pages: () => AsyncIterable<readonly object[]> | Iterable<readonly object[]>;
  readonly now: Date;
}

/** What the thread that writes a workbook is given. */
export interface SheetOrder {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Sends all rows as a file. CSV streams, however long; cells that a spreadsheet would run are neutralised in both. @throws {ApiError} */
export async function sendTable(reply: FastifyReply, table: Table): Promise<FastifyReply> {
  const { format, name, total, now } = table;
  if (format === 'xlsx' && total > mostSheetRows)
    throw new ApiError(
      400,
      'InvalidInput',
      `format: expected at most ${mostSheetRows} rows in a workbook, got ${total}; format=csv has no limit`,
    );
  reply
    .type(types[format])
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="kbgap-${name}-${now.toISOString().slice(0, 10)}.${format}"`);
  return reply.send(
    format === 'csv' ? Readable.from(csvPieces(table), { objectMode: false }) : await workbookOf(table),
  );
}

async function* csvPieces({ columns, pages }: Table): AsyncGenerator<string> {
  yield `${columns.map(({ name }) => csvCell(name)).join(',')}\r\n`;
  for await (const page of pages()) {
    const lines = page.map((row) => columns.map(({ of }) => csvCell(plain(of(row)))).join(','));
    if (lines.length > 0) yield `${lines.join('\r\n')}\r\n`;
  }
}

function plain(cell: Cell): string | number | null {
  return typeof cell === 'boolean' ? String(cell) : cell;
}

async function workbookOf({ columns, pages }: Table): Promise<Buffer> {
  const rows: Cell[][] = [];
  for await (const page of pages()) for (const row of page) rows.push(columns.map(({ of }) => sheetCell(of(row))));
  const order: SheetOrder = { names: columns.map(({ name }) => name), rows };
  const bytes = await runInThread<Uint8Array>(
    moduleBeside(import.meta.url, 'xlsx-worker'),
    order,
    new AbortController().signal,
  );
  return Buffer.from(bytes);
}

/** Characters in a cell of Excel's at most; more, and it takes the file for damaged. */
const longestCell = 32_767;

/** XML has no place for control characters. */
function sheetCell(cell: Cell): Cell {
  return typeof cell === 'string'
    ? safeText(cell)
        .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ' ')
        .slice(0, longestCell)
    : cell;
}
