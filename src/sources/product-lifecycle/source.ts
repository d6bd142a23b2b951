import { DocumentError } from '../document-error.ts';
import { latestDate } from '../publisher-date.ts';
import { packJson, unpackJson } from '../source.ts';
import type { Feed, FeedSource } from '../source.ts';
import type { LifecycleRow, ProductLifecycleData } from './data.ts';
import { readLifecycle } from './read.ts';

/**
 * Ends of servicing per branch and edition, ESU included. Each file is one part: our own form, or endoflife.date's.
 * Source of the formats: `read.ts`; endoflife.date, "API v1" and the older `/api/{product}.json`.
 */
export const productLifecycle: FeedSource<ProductLifecycleData> = {
  name: 'product-lifecycle',
  title: 'product life cycles',
  urls: ['https://endoflife.date/api/v1/products/windows', 'https://endoflife.date/api/v1/products/windows-server'],
  checkEveryHours: 160, // weekly, and a little less: so that a daily look does not miss its turn
  recognises: (head) =>
    (/^\s*[{[]/.test(head) &&
      ((/"eolFrom"/.test(head) && /"releases"/.test(head)) || (/"cycle"/.test(head) && /"eol"/.test(head)))) ||
    (/^\s*\{/.test(head) && /"rows"/.test(head) && /"channel"|"last day"/.test(head) && /"end"|"last day"/.test(head)),
  async read(source, bytes) {
    const { date, rows } = readLifecycle(source, bytes);
    if (rows.length === 0) throw new DocumentError(source, 'expected products with an end of servicing, got none');
    if (date === undefined) throw new DocumentError(source, 'expected a date such as "date": "2026-06-30", got none');
    return { date, version: null, data: { rows: inOrder(rows) }, setAside: [] };
  },
  combine: joinParts,
  count: ({ rows }) => rows.length,
  pack: packJson,
  unpack: unpackJson,
};

function joinParts(held: Feed<ProductLifecycleData>, incoming: Feed<ProductLifecycleData>): Feed<ProductLifecycleData> {
  const [older, newer] = incoming.date < held.date ? [incoming, held] : [held, incoming];
  const date = latestDate([older.date, newer.date]) ?? newer.date;
  return { ...newer, date, data: { rows: inOrder([...older.data.rows, ...newer.data.rows]) } };
}

/** Of rows on one thing the last. */
function inOrder(rows: readonly LifecycleRow[]): readonly LifecycleRow[] {
  const byKey = new Map<string, LifecycleRow>();
  for (const row of rows) {
    const windows = row.build !== null && row.channel !== null;
    byKey.set(windows ? `${String(row.build).padStart(6, '0')} ${row.channel}` : `~${row.product.toLowerCase()}`, row);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
