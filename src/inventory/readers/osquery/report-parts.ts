import { fieldOf, isRecord, recordField, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import type { ReportInput } from '../report-input.ts';
import type { HostResults } from './host-results.ts';
import { linesOfDocuments } from './elastic-documents.ts';
import { isStatusLine, parseResultLine } from './result-line.ts';
import type { ResultLine } from './result-line.ts';
import { isRow, rowsOf } from './result-set.ts';
import type { ResultSet } from './result-set.ts';
import { tablesOf } from './tables.ts';

/** A report taken apart into its kinds of values. */
export interface ReportParts {
  readonly lines: ResultLine[];
  /** Results without a host, which are of one. */
  readonly sets: ResultSet[];
  /** Results that name their host otherwise than a log does. */
  readonly hosts: HostResults[];
  /** Whether a body of the log API or a status line was met. */
  hasLog: boolean;
  /** Whether a body of the enrolment or of distributed results was met. */
  isBody: boolean;
  /** Values that are nothing of osquery's. */
  strangers: number;
}

function nothing(): ReportParts {
  return { lines: [], sets: [], hosts: [], hasLog: false, isBody: false, strangers: 0 };
}

/** Lists inside lists are taken apart: a file of bodies, of lists of lines, of lists of rows. */
export function valuesOf({ json }: ReportInput): readonly unknown[] {
  return (json()?.values ?? []).flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));
}

export function collectParts(values: readonly unknown[]): ReportParts {
  const shipped = linesOfDocuments(values);
  if (shipped !== undefined) return { ...nothing(), lines: [...shipped] };
  const parts = nothing();
  const rows: JsonRecord[] = [];
  for (const value of values) {
    if (isRow(value) && tablesOf(value).length > 0 && parseResultLine(value) === undefined) rows.push(value);
    else collectOne(value, parts);
  }
  if (rows.length > 0) parts.sets.push(dumpSet(rows));
  return parts;
}

/** Rows of a dump in text, or documents in a table. */
export function partsOfRows(rows: readonly JsonRecord[]): ReportParts {
  const shipped = linesOfDocuments(rows);
  return shipped !== undefined ? { ...nothing(), lines: [...shipped] } : { ...nothing(), sets: [dumpSet(rows)] };
}

function collectOne(value: unknown, parts: ReportParts): void {
  const line = parseResultLine(value);
  if (line !== undefined) parts.lines.push(line);
  else if (isStatusLine(value)) parts.hasLog = true;
  else if (!isRecord(value)) parts.strangers += 1;
  else if (textField(value, 'log_type') !== undefined && Array.isArray(value['data'])) collectLog(value['data'], parts);
  else if (recordField(value, 'queries') !== undefined) collectBody(value, parts);
  else if (recordField(value, 'host_details') !== undefined) collectBody(value, parts);
  else if (textField(value, 'host') !== undefined && Array.isArray(value['rows'])) parts.hosts.push(liveResult(value));
  else collectTables(value, parts);
}

/** Distributed results, or the details that an enrolment sends along. */
function collectBody(value: JsonRecord, parts: ReportParts): void {
  parts.isBody = true;
  const queries = recordField(value, 'queries');
  if (queries !== undefined) parts.sets.push(...setsOf(queries, value));
  else parts.hosts.push(enrolment(value));
}

function collectLog(data: readonly unknown[], parts: ReportParts): void {
  parts.hasLog = true;
  for (const each of data) {
    const line = parseResultLine(each);
    if (line !== undefined) parts.lines.push(line);
    else if (!isStatusLine(each)) parts.strangers += 1;
  }
}

/** `{ "os_version": [rows], "patches": [rows] }`, as scripts put dumps together; a table of one row may stand without its list. */
function collectTables(value: JsonRecord, parts: ReportParts): void {
  const lists = Object.entries(value).filter(([name, rows]) => Array.isArray(rows) || singleRowTables.has(name));
  const sets = setsOf(Object.fromEntries(lists));
  if (sets.some(isTelling)) parts.sets.push(...sets);
  else parts.strangers += 1;
}

const singleRowTables: ReadonlySet<string> = new Set(['os_version', 'system_info', 'osquery_info', 'platform_info']);

/** Whether any row is of a table that is read. */
export function isTelling({ rows }: ResultSet): boolean {
  return rows.some((row) => tablesOf(row).length > 0);
}

/** Results by name; one that failed (its status is not 0) says nothing. */
function setsOf(results: JsonRecord, { statuses }: JsonRecord = {}): readonly ResultSet[] {
  return Object.entries(results).flatMap(([query, result]) => {
    const status = isRecord(statuses) ? textField(statuses, query) : undefined;
    const rows = isRow(result) ? [result] : rowsOf(result);
    return rows === undefined || (status !== undefined && status !== '0')
      ? []
      : [{ query, rows, observedAt: undefined }];
  });
}

/** The body of an enrolment. */
function enrolment(value: JsonRecord): HostResults {
  const sets = setsOf(recordField(value, 'host_details') ?? {});
  return { identifier: textField(value, 'host_identifier'), decoratedName: undefined, sets };
}

/** A line of `fleetctl query`: `{ "host": "pc1", "rows": [ … ] }`. */
function liveResult(value: JsonRecord): HostResults {
  const rows = rowsOf(fieldOf(value, 'rows')) ?? [];
  const name = textField(value, 'host');
  return { identifier: name, decoratedName: name, sets: [dumpSet(rows)] };
}

function dumpSet(rows: readonly JsonRecord[]): ResultSet {
  return { query: '', rows, observedAt: undefined };
}
