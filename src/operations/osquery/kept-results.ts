import type { KeptRows } from '../../inventory/readers/osquery/query-rows.ts';
import type { NodeResult } from '../../store/osquery-store.ts';
import { unpackReport } from '../../store/report-bytes.ts';

/** What is kept of an unchanged result says how fresh it is: it is renewed this often. */
export const renewMs = 6 * 3_600_000;

/** Names under which the details of an enrolment are kept; a schedule's results of the same tables take their place. */
export const detailPrefix = 'host_details/';

export function readKept({ content }: Pick<NodeResult, 'content'>): KeptRows {
  return JSON.parse(Buffer.from(unpackReport(content)).toString('utf8')) as KeptRows;
}
