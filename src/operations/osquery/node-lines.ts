import { parseResultLine } from '../../inventory/readers/osquery/result-line.ts';
import type { ResultLine } from '../../inventory/readers/osquery/result-line.ts';
import { isRow, rowsOf } from '../../inventory/readers/osquery/result-set.ts';
import { recordField, textField } from '../../inventory/text/loose-json.ts';
import type { JsonRecord } from '../../inventory/text/loose-json.ts';
import { detailPrefix } from './kept-results.ts';

/** The result lines among what a node logged. A line that is none costs that line. */
export function logAsLines(data: readonly unknown[]): readonly ResultLine[] {
  return data.flatMap((each) => parseResultLine(each) ?? []);
}

/** Answers to questions as snapshots; of a question that failed (its status is not 0) nothing is known. */
export function answersAsLines(body: JsonRecord, receivedAt: Date): readonly ResultLine[] {
  const statuses = recordField(body, 'statuses') ?? {};
  return Object.entries(recordField(body, 'queries') ?? {}).flatMap(([query, result]) => {
    const rows = rowsOf(result);
    const status = textField(statuses, query) ?? '0';
    return rows === undefined || status !== '0' ? [] : [snapshot(query, rows, receivedAt)];
  });
}

/** The tables that a node sends with its enrolment: the first row of each. */
export function tablesAsLines(body: JsonRecord, receivedAt: Date): readonly ResultLine[] {
  const details = recordField(body, 'host_details') ?? {};
  return ['os_version', 'system_info'].flatMap((table) => {
    const row = recordField(details, table);
    return isRow(row) ? [snapshot(`${detailPrefix}${table}`, [row], receivedAt)] : [];
  });
}

function snapshot(query: string, rows: readonly JsonRecord[], receivedAt: Date): ResultLine {
  return {
    query,
    host: '',
    decoratedName: undefined,
    unixTime: undefined,
    receivedAt: Math.floor(receivedAt.getTime() / 1000),
    epoch: undefined,
    counter: undefined,
    kind: 'snapshot',
    added: rows,
    removed: [],
  };
}
