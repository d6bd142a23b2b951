import { parseJson } from '../../text/json-text.ts';
import { parseInstant } from '../../facts/instant.ts';
import { findRecords, firstRecord } from '../../text/find-records.ts';
import { fieldOf, isRecord, recordField, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseResultLine } from './result-line.ts';
import type { ResultLine } from './result-line.ts';

/** A row of a result as Elastic's own agent ships it: each in a document. */
interface ShippedRow {
  readonly host: string;
  readonly query: string;
  /** Names one run of the query, where the document does. */
  readonly run: string;
  readonly action: string | undefined;
  /** Seconds since 1970: of the run, else of the document. */
  readonly unixTime: number | undefined;
  readonly row: JsonRecord;
}

type Shipped = ResultLine | ShippedRow;

/**
 * Results inside the documents that shippers make of them, as an index, an answer of a search or a file of lines holds them: lines
 * of a log under `osquery.result` (Filebeat's module), under `json` or as text under `message` (its plain inputs), and rows under
 * `osquery` beside `osquery_meta` (Elastic's osquery_manager). `undefined` where the report is none of these.
 * Source: Elastic, exported fields of Filebeat's osquery module; elastic/beats, osquerybeat's publisher.
 */
export function linesOfDocuments(values: readonly unknown[]): readonly ResultLine[] | undefined {
  if (firstRecord(values, isDocument) === undefined) return undefined;
  const shipped = [...findRecords(values, isDocument)].flatMap((document) => shippedIn(document) ?? []);
  return [...shipped.filter(isLine), ...linesOfRows(shipped.filter(isRow))];
}

/** A row of a table whose columns have such names, `osquery.build`. */
export function isDocument(record: JsonRecord): boolean {
  return shippedIn(record) !== undefined;
}

function isRow(shipped: Shipped): shipped is ShippedRow {
  return !isLine(shipped);
}

function isLine(shipped: Shipped): shipped is ResultLine {
  return 'added' in shipped;
}

function shippedIn(record: JsonRecord): Shipped | undefined {
  const source = recordField(record, '_source') ?? askedFields(record) ?? record;
  const isPlainLine = fieldOf(source, 'columns', 'snapshot', 'diffResults') !== undefined;
  if (isPlainLine) return undefined;
  return lineIn(source) ?? rowIn(source);
}

/** Answers of a search by fields hold every value in a list. */
function askedFields(record: JsonRecord): JsonRecord | undefined {
  const fields = textField(record, '_index') === undefined ? undefined : recordField(record, 'fields');
  return fields && Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, onlyOne(value)]));
}

function onlyOne(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? (value as readonly unknown[])[0] : value;
}

function lineIn(source: JsonRecord): ResultLine | undefined {
  const host = hostOf(source);
  const under = [recordAt(recordAt(source, 'osquery'), 'result'), recordAt(source, 'json')];
  const found = [...under, textRecord(source, 'message'), textRecord(recordAt(source, 'event'), 'original')];
  for (const line of found) {
    if (line === undefined) continue;
    const named =
      host === undefined || textField(line, 'host_identifier', 'hostIdentifier')
        ? line
        : { ...line, host_identifier: host };
    const columns = recordAt(named, 'columns');
    const parsed = parseResultLine(columns === undefined ? named : { ...named, columns });
    if (parsed !== undefined) return { ...parsed, unixTime: parsed.unixTime ?? secondsOf(source) };
  }
  return undefined;
}

function rowIn(source: JsonRecord): ShippedRow | undefined {
  const row = recordAt(source, 'osquery');
  const host = hostOf(source);
  const query = textField(source, 'action_id');
  const meta = recordAt(source, 'osquery_meta');
  const isManaged = query !== undefined || meta !== undefined || textAt(source, 'agent', 'type') === 'osquerybeat';
  if (row === undefined || host === undefined || !isManaged) return undefined;
  const cells = Object.entries(row).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  const time = Number(textField(meta ?? {}, 'unix_time') ?? Number.NaN);
  return {
    host,
    query: query ?? '',
    run: textField(source, 'response_id') ?? '',
    action: textField(meta ?? {}, 'action')?.toLowerCase(),
    unixTime: Number.isFinite(time) ? time : secondsOf(source),
    row: Object.fromEntries(cells),
  };
}

/** Rows of one run are of one time, the last of their documents'. */
function linesOfRows(rows: readonly ShippedRow[]): readonly ResultLine[] {
  const runs = Map.groupBy(rows, ({ host, query, run }) => JSON.stringify([host, query, run]));
  return [...runs.values()].flatMap((run) => {
    const isDifference = run.some(({ action }) => action === 'added' || action === 'removed');
    const last = run.reduce((latest, { unixTime = 0 }) => Math.max(latest, unixTime), 0);
    return run.map(({ host, query, action, unixTime, row }): ResultLine => ({
      query,
      host,
      decoratedName: undefined,
      unixTime: isDifference ? unixTime : last === 0 ? undefined : last,
      epoch: undefined,
      counter: undefined,
      kind: isDifference ? 'difference' : 'snapshot-row',
      added: action === 'removed' ? [] : [row],
      removed: action === 'removed' ? [row] : [],
    }));
  });
}

function hostOf(source: JsonRecord): string | undefined {
  return textAt(source, 'host', 'name') ?? textAt(source, 'host', 'hostname') ?? textAt(source, 'agent', 'name');
}

function secondsOf(source: JsonRecord): number | undefined {
  const at = parseInstant(textField(source, '@timestamp'));
  return at === undefined ? undefined : Date.parse(at) / 1000;
}

function textAt(source: JsonRecord, under: string, name: string): string | undefined {
  return textField(recordAt(source, under) ?? {}, name);
}

/** The object under a name, be it nested or spread over names with dots: `osquery.result.name`. */
function recordAt(record: JsonRecord | undefined, name: string): JsonRecord | undefined {
  const nested = record === undefined ? undefined : recordField(record, name);
  if (nested !== undefined || record === undefined) return nested;
  const dotted = Object.entries(record).flatMap(([key, value]) => {
    if (!key.startsWith(`${name}.`)) return [];
    return value === '' || value === '-' ? [] : [[key.slice(name.length + 1), value] as const];
  });
  return dotted.length === 0 ? undefined : Object.fromEntries(dotted);
}

/** A line of a log that was shipped as text. */
function textRecord(record: JsonRecord | undefined, name: string): JsonRecord | undefined {
  const text = record === undefined ? undefined : textField(record, name);
  if (text === undefined || !text.startsWith('{')) return undefined;
  try {
    const value: unknown = parseJson(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
