import { DocumentError } from '../document-error.ts';
import { latestDate } from '../publisher-date.ts';
import { packJson, unpackJson } from '../source.ts';
import type { Feed, FeedSource } from '../source.ts';
import type { CsafAdvisory, CsafData } from './data.ts';
import { readCsaf } from './read.ts';

/**
 * MSRC's CSAF 2.0 files, one per CVE: a refresh of one vulnerability between two documents.
 * Source of the format: OASIS CSAF 2.0; the files at msrc.microsoft.com/csaf/advisories/.
 */
export const csaf: FeedSource<CsafData> = {
  name: 'csaf',
  title: 'MSRC CSAF advisories',
  urls: ['https://msrc.microsoft.com/csaf/advisories/{year}/msrc_{cve}.json'],
  checkEveryHours: 20,
  recognises: (head) => /^\s*\{/.test(head) && /"csaf_version"\s*:/.test(head),
  async read(source, bytes) {
    const advisories = readCsaf(source, bytes);
    const date = latestDate(advisories.map(({ revisedAt }) => revisedAt));
    if (date === undefined)
      throw new DocumentError(source, 'expected a vulnerability with a cve such as CVE-2025-29795, got none');
    return { date, version: null, data: { advisories: inOrder(advisories) }, setAside: [] };
  },
  combine: joinAdvisories,
  count: ({ advisories }) => advisories.length,
  pack: packJson,
  unpack: unpackJson,
};

/** Files add up; of two on one CVE the later revision stands. */
function joinAdvisories(held: Feed<CsafData>, incoming: Feed<CsafData>): Feed<CsafData> {
  return {
    ...incoming,
    date: latestDate([held.date, incoming.date]) ?? incoming.date,
    data: { advisories: inOrder([...held.data.advisories, ...incoming.data.advisories]) },
  };
}

function inOrder(advisories: readonly CsafAdvisory[]): readonly CsafAdvisory[] {
  const byCve = new Map<string, CsafAdvisory>();
  for (const advisory of advisories) {
    const before = byCve.get(advisory.cve);
    if (before === undefined || advisory.revisedAt >= before.revisedAt) byCve.set(advisory.cve, advisory);
  }
  return [...byCve.values()].sort((a, b) => (a.cve < b.cve ? -1 : 1));
}
