import { DocumentError } from '../document-error.ts';
import { latestDate } from '../publisher-date.ts';
import { feedText } from '../json-value.ts';
import { packJson, unpackJson } from '../source.ts';
import type { Feed, FeedSource } from '../source.ts';
import type { HistoryRelease, ReadHistory, ReleaseHistoryData } from './data.ts';
import { readFeedEntries } from './read-atom.ts';
import { readHistoryJson } from './read-json.ts';
import { readReleasePage } from './read-page.ts';

const support = 'https://support.microsoft.com/en-us/feed/atom';
const learn = 'https://learn.microsoft.com/en-us/windows/release-health';
const mostReleases = 100_000;

/**
 * Which update brought which build of Windows, previews and out-of-band releases included, which MSRC's documents lack.
 * Each file is one part: the release-health pages, the update histories as Atom or RSS, a table of ours.
 */
export const releaseHistory: FeedSource<ReleaseHistoryData> = {
  name: 'release-history',
  title: 'Windows release history',
  urls: [
    `${support}/4ec863cc-2ecd-e187-6cb3-b50c6545db92`,
    `${support}/6ae59d69-36fc-8e4d-23dd-631d98bf74a9`,
    `${learn}/windows11-release-information`,
    `${learn}/release-information`,
  ],
  checkEveryHours: 6,
  recognises: (head) => isPage(head) || isFeed(head) || isTable(head),
  async read(source, bytes) {
    const text = feedText(bytes);
    const { date, releases } = await readAny(source, text, bytes);
    if (releases.length === 0)
      throw new DocumentError(source, 'expected releases of Windows with KB and build, got none');
    if (releases.length > mostReleases) throw new DocumentError(source, `holds more than ${mostReleases} releases`);
    const dated = date ?? latestDate(releases.map((release) => release.date || undefined));
    if (dated === undefined) throw new DocumentError(source, 'expected a release with its day, got none');
    return { date: dated, version: null, data: { releases: inOrder(releases) }, setAside: [] };
  },
  combine: joinParts,
  count: ({ releases }) => releases.length,
  pack: packJson,
  unpack: unpackJson,
};

async function readAny(source: string, text: string, bytes: Uint8Array): Promise<ReadHistory> {
  if (/^\s*[{[]/.test(text)) return readHistoryJson(source, bytes);
  return isFeed(text.slice(0, 65_536)) ? readFeedEntries(source, text) : readReleasePage(source, text);
}

function isPage(head: string): boolean {
  return /<(?:!doctype )?html/i.test(head) && /release information|historyTable_/i.test(head);
}

function isFeed(head: string): boolean {
  return /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:feed|rss)\b/i.test(head) && /Windows|OS Build/i.test(head);
}

function isTable(head: string): boolean {
  const own = /"ubr"/.test(head) && /"kb"/.test(head) && /"rows"/.test(head);
  return /^\s*\{/.test(head) && (own || /"windows-update-history"/.test(head));
}

/** Parts add up; of two that name one build and KB the newer part's row stands. */
function joinParts(held: Feed<ReleaseHistoryData>, incoming: Feed<ReleaseHistoryData>): Feed<ReleaseHistoryData> {
  const [older, newer] = incoming.date < held.date ? [incoming, held] : [held, incoming];
  return { ...newer, data: { releases: inOrder([...older.data.releases, ...newer.data.releases]) } };
}

/** By build, UBR and KB; of equal ones the last. A row without a kind takes that of the one before. */
function inOrder(releases: readonly HistoryRelease[]): readonly HistoryRelease[] {
  const byKey = new Map<string, HistoryRelease>();
  for (const release of releases) {
    const key = `${release.build}.${release.ubr} ${release.kb}`;
    const before = byKey.get(key);
    byKey.set(key, {
      ...release,
      kind: release.kind || (before?.kind ?? ''),
      date: release.date || (before?.date ?? ''),
    });
  }
  return [...byKey.values()].sort((a, b) => a.build - b.build || a.ubr - b.ubr || Number(a.kb) - Number(b.kb));
}
