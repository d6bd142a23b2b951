import { QueryRows } from '../../inventory/readers/osquery/query-rows.ts';
import type { ResultLine } from '../../inventory/readers/osquery/result-line.ts';
import { tablesOf } from '../../inventory/readers/osquery/tables.ts';
import type { NodeResult, NodeRow } from '../../store/osquery-store.ts';
import { packReport } from '../../store/report-bytes.ts';
import type { Tenant } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { readKept, renewMs } from './kept-results.ts';
import { tellDevice } from './tell-device.ts';

/** A node that showed a good key. */
export interface KnownNode {
  readonly tenant: Tenant;
  readonly node: NodeRow;
}

/** A node that sends more is not asked by us. */
const mostQueries = 100;
const mostRows = 100_000;

/**
 * Keeps what the lines change of a node's results, and tells its device where that changes a fact; resolves once both are
 * on disk. Unchanged results cost no write.
 */
export async function takeResults(
  context: OperationContext,
  { tenant, node }: KnownNode,
  lines: readonly ResultLine[],
  receivedAt: Date,
): Promise<void> {
  if (!node.isWindows || lines.length === 0) return;
  const { osquery } = context.store;
  const byQuery = Map.groupBy(lines, ({ query }) => query);
  const change = (kept: readonly NodeResult[]): readonly NodeResult[] => changedResults(kept, byQuery, receivedAt);
  // Looked at first without a transaction: most results are what they were.
  if (change(await osquery.listNodeResults(tenant.id, node.id)).length > 0)
    await osquery.changeNodeResults(tenant.id, node.id, change);
  await tellDevice(context, tenant, node.id, receivedAt);
}

function changedResults(
  kept: readonly NodeResult[],
  byQuery: ReadonlyMap<string, readonly ResultLine[]>,
  receivedAt: Date,
): readonly NodeResult[] {
  let room = mostQueries - kept.length;
  return [...byQuery].flatMap(([query, lines]) => {
    const before = kept.find((each) => each.query === query);
    // Of what is not read nothing is kept; an empty result says something of a query that is known alone.
    if (before === undefined && (room <= 0 || !lines.some(isTelling))) return [];
    const rows = new QueryRows(before === undefined ? undefined : readKept(before));
    for (const line of inOrder(lines)) rows.apply(clamped(line, receivedAt));
    if (rows.size > mostRows) return [];
    const hash = rows.hash();
    const isSame = before?.hash === hash && lines.every(({ kind }) => kind === 'snapshot');
    if (isSame && receivedAt.getTime() - Date.parse(before.receivedAt) < renewMs) return [];
    if (before === undefined) room -= 1;
    const content = packReport(Buffer.from(JSON.stringify(rows.toKept())));
    return [{ query, content, hash, receivedAt: receivedAt.toISOString() }];
  });
}

function isTelling({ added }: ResultLine): boolean {
  return added.some((row) => tablesOf(row).length > 0);
}

/** The buffer of a node gives the lines of one second in any order. */
function inOrder(lines: readonly ResultLine[]): readonly ResultLine[] {
  return [...lines].sort((a, b) => (a.unixTime ?? 0) - (b.unixTime ?? 0) || (a.counter ?? 0) - (b.counter ?? 0));
}

/** A clock that is ahead must not make all later lines look old once it is put right. */
function clamped(line: ResultLine, receivedAt: Date): ResultLine {
  const now = Math.floor(receivedAt.getTime() / 1000);
  return line.unixTime !== undefined && line.unixTime > now ? { ...line, unixTime: now } : line;
}
