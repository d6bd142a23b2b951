import { documentsAndFeeds, listDocumentFiles } from '../sources/list-document-files.ts';
import { readFeedFile } from '../sources/read-feed-file.ts';
import type { FoundFeed } from '../sources/read-feed-file.ts';
import type { RefusedDocument } from '../sources/read-documents.ts';
import type { FeedFolder, HeldFeed } from './feed-folder.ts';
import { keepFeed } from './keep-feed.ts';
import type { KeepOptions } from './keep-feed.ts';

/** What an import did with the files that are feeds. */
export interface FeedImport {
  readonly feeds: readonly ImportedFeed[];
  /** Files that are a feed by their beginning, but could not be used; what is held stays. */
  readonly refused: readonly RefusedDocument[];
  /** All other files, and archives that hold others: documents, it is to be hoped. */
  readonly others: readonly string[];
}

export interface ImportedFeed {
  readonly source: string;
  readonly feed: HeldFeed['feed'];
  readonly date: string;
  readonly records: number;
  readonly setAside: number;
  readonly changed: boolean;
}

/**
 * Takes the feeds among files, archives and folders into the data folder, told by content, each read in the order of its path.
 * @throws {DocumentError} for a path that does not exist.
 */
export async function importFeeds(
  folder: FeedFolder,
  paths: readonly string[],
  options: Pick<KeepOptions, 'now' | 'seenAt' | 'allowOlder'>,
): Promise<FeedImport> {
  const files = await listDocumentFiles(paths, documentsAndFeeds);
  const documents = new Set((await listDocumentFiles(paths)).map(({ path }) => path));
  const feeds: ImportedFeed[] = [];
  const refused: RefusedDocument[] = [];
  const others: string[] = [];
  const read: FoundFeed[] = [];
  for (const { path } of files) {
    const found = await readFeedFile(path);
    read.push(...found.feeds);
    refused.push(...found.refused);
    if (found.hasOthers && documents.has(path)) others.push(path);
  }
  // Several states of one feed: the newest is kept whatever the files are called.
  read.sort((a, b) => compareText(a.feed.date, b.feed.date) || compareText(a.from, b.from));
  for (const { from, source, feed } of read) {
    const { state, reason, held } = await folder.locked(() => keepFeed(folder, source.name, feed as never, options));
    if (reason !== null) refused.push({ source: from, reason: `${source.title}: ${reason}` });
    else {
      const { date, count } = held;
      const setAside = feed.setAside.length;
      feeds.push({ source: from, feed: source.name, date, records: count, setAside, changed: state === 'kept' });
    }
  }
  return { feeds, refused, others };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
