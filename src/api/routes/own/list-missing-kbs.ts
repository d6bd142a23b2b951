import Type from 'typebox';
import { Readable } from 'node:stream';
import type { MissingKbLine, MissingKbList } from '../../../operations/missing-kbs/stream-missing-kbs.ts';
import { csvCell } from '../../csv-cell.ts';
import { ApiError } from '../../errors.ts';
import { oneParameter } from '../parameters.ts';
import type { Route } from '../route.ts';

/** Lists that are sent at once: each holds up the clearing of the database's log. */
const mostAtOnce = 8;
const retrySeconds = 10;
/** A client that takes nothing for so long has gone. */
const longestStallMs = 120_000;
const pieceLength = 64 * 1024;

let running = 0;

/**
 * GET /v1/missing-kbs: every device of the scope and what it misses, from one moment, as NDJSON or CSV (`format=csv`);
 * `since=CURSOR`: what is new, different or gone since an earlier list. A list that breaks off has no `end`.
 */
export const listAllMissingKbs: Route = {
  method: 'GET',
  path: '/missing-kbs',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: 'Every device and what it misses, from one moment: one JSON object a line, or CSV.',
  parameters: [
    { name: 'since', description: 'A cursor: only what changed since that list.', schema: Type.String() },
    { name: 'format', description: 'Default: ndjson.', schema: Type.Enum(['ndjson', 'csv']) },
  ],
  answer: Type.String(),
  answerType: 'application/x-ndjson',
  streams: true,
  async handle(request, reply, { application, caller }) {
    const since = oneParameter(request, 'since');
    const format = (oneParameter(request, 'format') ?? acceptedFormat(request.headers.accept)).toLowerCase();
    const form = forms.get(format);
    if (form === undefined)
      throw new ApiError(400, 'InvalidInput', `format: expected ndjson or csv, got "${format.slice(0, 40)}"`);
    if (running >= mostAtOnce)
      throw new ApiError(429, 'TooManyRequests', `expected at most ${mostAtOnce} lists at once; try again later`, {
        retrySeconds,
      });
    const list = await application.streamMissingKbs(caller, since);
    reply.header('x-kbgap-cursor', list.cursor).header('cache-control', 'no-store').type(form.type);
    if (request.method === 'HEAD') {
      list.close();
      return reply.send();
    }
    running += 1;
    const stream = Readable.from(piecesOf(list, form), { objectMode: false, highWaterMark: pieceLength });
    const stalled = setTimeout(() => stream.destroy(new Error('the client takes nothing')), longestStallMs).unref();
    stream.on('data', () => stalled.refresh());
    stream.pause();
    stream.once('close', () => {
      running -= 1;
      list.close();
      clearTimeout(stalled);
    });
    return reply.send(stream);
  },
};

/** How lines are written. */
interface Form {
  readonly type: string;
  readonly head: string;
  line(line: MissingKbLine): string;
  end(cursor: string): string;
}

const ndjson: Form = {
  type: 'application/x-ndjson; charset=utf-8',
  head: '',
  line: (line) => `${JSON.stringify(shown(line))}\n`,
  end: (cursor) => `${JSON.stringify({ type: 'end', cursor })}\n`,
};

const csvColumns = [
  'type',
  'deviceId',
  'name',
  'coverage',
  'undetermined',
  'kb',
  'update',
  'osBuild',
  'url',
  'cveAddressed',
  'replacedBy',
  'cursor',
] as const;

const csv: Form = {
  type: 'text/csv; charset=utf-8; header=present',
  head: csvRow(Object.fromEntries(csvColumns.map((name) => [name, name]))),
  line: (line) => csvRow(csvCellsOf(line)),
  end: (cursor) => csvRow({ type: 'end', cursor }),
};

const forms: ReadonlyMap<string, Form> = new Map([
  ['ndjson', ndjson],
  ['csv', csv],
]);

function acceptedFormat(accept: string | undefined): string {
  return /\btext\/csv\b/i.test(accept ?? '') ? 'csv' : 'ndjson';
}

async function* piecesOf({ lines, cursor }: MissingKbList, form: Form): AsyncGenerator<Buffer> {
  let text = form.head;
  for await (const some of lines) {
    for (const line of some) {
      text += form.line(line);
      if (text.length < pieceLength) continue;
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text + form.end(cursor));
}

/** Keys in the order of the documented shape. */
function shown(line: MissingKbLine): object {
  switch (line.type) {
    case 'device': {
      const { device, judged } = line;
      return { type: 'device', deviceId: device.id, name: device.name, ...judged };
    }
    case 'missing':
      return { type: 'missing', deviceId: line.device.id, ...line.update };
    case 'resolved':
    case 'deleted':
      return line;
  }
}

function csvCellsOf(line: MissingKbLine): CsvRow {
  switch (line.type) {
    case 'device': {
      const { device, judged } = line;
      const undetermined = judged.undetermined.map(({ product, reason }) => `${product}: ${reason}`).join('; ');
      return { type: 'device', deviceId: device.id, name: device.name, coverage: judged.coverage, undetermined };
    }
    case 'missing': {
      const { name, ...update } = line.update;
      return { type: 'missing', deviceId: line.device.id, name: line.device.name, ...update, update: name };
    }
    case 'resolved':
    case 'deleted':
      return line;
  }
}

type CsvRow = Readonly<Partial<Record<(typeof csvColumns)[number], string | number | null>>>;

function csvRow(row: CsvRow): string {
  return `${csvColumns.map((name) => csvCell(row[name] ?? null)).join(',')}\r\n`;
}
