import { DocumentError } from '../document-error.ts';
import { latestDate } from '../publisher-date.ts';
import { packJson, unpackJson } from '../source.ts';
import type { Feed, FeedSource } from '../source.ts';
import { convertSug } from './convert.ts';
import type { SugData } from './data.ts';
import { readSugPage } from './wire.ts';

/**
 * MSRC's Security Update Guide by its own API, a second opinion on what the monthly documents say. A file is one page.
 * Source of the format: answers of api.msrc.microsoft.com/sug/v2.0, lists affectedProduct, deployment, advisory.
 */
export const msrcSug: FeedSource<SugData> = {
  name: 'msrc-sug',
  title: 'MSRC Security Update Guide API',
  urls: [
    "https://api.msrc.microsoft.com/sug/v2.0/sugodata/v2.0/en-US/affectedProduct?$filter=cveNumber%20eq%20'{CVE}'",
  ],
  checkEveryHours: 20,
  recognises: (head) =>
    /^\s*\{/.test(head) && /"@odata\.context"\s*:\s*"[^"]*#(?:affectedProduct|deployment|advisory)"/.test(head),
  async read(source, bytes) {
    const { data, setAside } = convertSug(readSugPage(source, bytes));
    const days = [
      ...data.opinions.map(({ revisedOn }) => revisedOn),
      ...data.deployments.map(({ releasedOn }) => releasedOn),
    ];
    const date = latestDate([...days, ...data.advisories.map(({ releasedOn }) => releasedOn)]);
    if (date === undefined) throw new DocumentError(source, 'expected rows with ids and a releaseDate, got none');
    return { date, version: null, data: inOrder(data), setAside };
  },
  pageOf(source, bytes) {
    const { next, rows } = readSugPage(source, bytes);
    return { next, rows: rows.length };
  },
  combine: joinPages,
  count: ({ opinions, deployments, advisories }) => opinions.length + deployments.length + advisories.length,
  pack: packJson,
  unpack: unpackJson,
};

/** Pages add up; of two rows on the same thing the later stands. */
function joinPages(held: Feed<SugData>, incoming: Feed<SugData>): Feed<SugData> {
  const data = inOrder({
    opinions: [...held.data.opinions, ...incoming.data.opinions],
    deployments: [...held.data.deployments, ...incoming.data.deployments],
    advisories: [...held.data.advisories, ...incoming.data.advisories],
  });
  return { ...incoming, date: latestDate([held.date, incoming.date]) ?? incoming.date, data };
}

function inOrder({ opinions, deployments, advisories }: SugData): SugData {
  return {
    opinions: latest(
      opinions,
      ({ cve, productId }) => `${cve} ${productId}`,
      ({ revisedOn }) => revisedOn,
    ),
    deployments: latest(
      deployments,
      ({ kb, productId }) => `${kb} ${productId}`,
      ({ releasedOn }) => releasedOn,
    ),
    advisories: latest(
      advisories,
      ({ id }) => id,
      ({ releasedOn }) => releasedOn,
    ),
  };
}

function latest<Row>(rows: readonly Row[], keyOf: (row: Row) => string, dayOf: (row: Row) => string): readonly Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const before = byKey.get(keyOf(row));
    if (before === undefined || dayOf(row) >= dayOf(before)) byKey.set(keyOf(row), row);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
