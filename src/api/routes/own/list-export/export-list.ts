import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { csvCell } from '../../../csv-cell.ts';
import { oneParameter } from '../../parameters.ts';
import type { Route, RouteContext } from '../../route.ts';
import { invalid } from '../list-options.ts';
import { exportCell, exportColumns } from './export-columns.ts';
import type { ExportCell, ExportColumn } from './export-columns.ts';
import { mostSheetRows, xlsxPieces } from './xlsx-pieces.ts';

interface Page {
  readonly total: number;
  readonly items: readonly unknown[];
}

type Stretches = AsyncIterable<readonly (readonly ExportCell[])[]>;

const stretch = 1000;
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** How an exported list is written, by what `format` and `Accept` call it. */
const forms = {
  csv: { type: 'text/csv; charset=utf-8', asked: 'text/csv', pieces: csvPieces },
  xlsx: { type: sheetType, asked: sheetType, pieces: xlsxPieces },
} as const;

/** A list that `format=csv` and `format=xlsx` give whole, as a file: all rows that fit, whatever `top` and `skip` say. */
export function exportable(route: Route): Route {
  const columns = exportColumns(route.answer ?? Type.Object({}));
  const format = { name: 'format', description: 'All rows that fit, as a file.', schema: Type.Enum(['csv', 'xlsx']) };
  return {
    ...route,
    parameters: [...(route.parameters ?? []), format],
    async handle(request, reply, context) {
      const wanted = formOf(request);
      const pageAt = async (skip: number): Promise<Page> =>
        (await route.handle(pageOf(request, skip), reply, context)) as Page;
      if (wanted === undefined) return await route.handle(request, reply, context);
      const first = await pageAt(0);
      if (wanted === 'xlsx' && first.total >= mostSheetRows)
        throw invalid('format', `csv for more than ${mostSheetRows - 1} rows`, `xlsx of ${first.total}`);
      return sendFile(reply, { route, wanted, context }, forms[wanted].pieces(stretchesOf(columns, first, pageAt)));
    },
  };
}

function sendFile(
  reply: FastifyReply,
  {
    route,
    wanted,
    context,
  }: { readonly route: Route; readonly wanted: keyof typeof forms; readonly context: RouteContext },
  pieces: AsyncIterable<string | Uint8Array>,
): FastifyReply {
  const name = `kbgap-${route.path.slice(1)}-${context.now.toISOString().slice(0, 10)}.${wanted}`;
  return reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .type(forms[wanted].type)
    .send(Readable.from(pieces, { objectMode: false }));
}

/** What `format` says, else what the client takes first. @throws {ApiError} 400 */
function formOf(request: FastifyRequest): keyof typeof forms | undefined {
  const named = oneParameter(request, 'format')?.toLowerCase();
  const { accept = '' } = request.headers;
  if (named === undefined) return accept === forms.csv.asked ? 'csv' : accept === sheetType ? 'xlsx' : undefined;
  if (named !== 'csv' && named !== 'xlsx') throw invalid('format', 'csv or xlsx', named);
  return named;
}

/** The request as if it asked for this stretch as JSON. */
function pageOf(request: FastifyRequest, skip: number): FastifyRequest {
  const given = Object.entries(request.query as Readonly<Record<string, unknown>>);
  const kept = given.filter(([name]) => !['format', 'top', 'skip'].includes(name.toLowerCase()));
  const query = { ...Object.fromEntries(kept), top: String(stretch), skip: String(skip) };
  return Object.create(request, { query: { value: query } }) as FastifyRequest;
}

/** The head, then rows by the thousand; between two stretches others are answered. */
async function* stretchesOf(
  columns: readonly ExportColumn[],
  first: Page,
  pageAt: (skip: number) => Promise<Page>,
): AsyncGenerator<readonly (readonly ExportCell[])[]> {
  yield [columns.map(({ name }) => name)];
  let page = first;
  for (let skip = stretch; page.items.length > 0; skip += stretch) {
    yield page.items.map((row) => columns.map((column) => exportCell(row, column)));
    if (page.items.length < stretch) return;
    await setImmediate();
    page = await pageAt(skip);
  }
}

/** With the mark by which spreadsheets tell UTF-8. */
async function* csvPieces(stretches: Stretches): AsyncGenerator<string> {
  yield '\ufeff';
  for await (const rows of stretches) yield rows.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}
