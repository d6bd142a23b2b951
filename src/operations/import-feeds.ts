import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { documentsAndFeeds, listDocumentFiles } from '../sources/list-document-files.ts';
import { recogniseFeed } from '../sources/sources.ts';
import type { Feed, FeedSource } from '../sources/source.ts';
import { headText, unpackFeed } from '../sources/unpack-feed.ts';
import type { RefusedDocument } from '../sources/read-documents.ts';
import type { FeedFolder, HeldFeed } from './feed-folder.ts';
import { keepFeed } from './keep-feed.ts';
import type { KeepOptions } from './keep-feed.ts';

/** What an import did with the files that are feeds. */
export interface FeedImport {
  readonly feeds: readonly ImportedFeed[];
  /** Files that are a feed by their beginning, but could not be used; what is held stays. */
  readonly refused: readonly RefusedDocument[];
  /** All other files: documents, it is to be hoped. */
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
 * Takes the feeds among files and folders into the data folder, told by content, each read in the order of its path.
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
  const read: { readonly path: string; readonly source: FeedSource; readonly feed: Feed<unknown> }[] = [];
  for (const { path } of files) {
    const source = findSource(path);
    if (source === undefined) {
      if (documents.has(path)) others.push(path);
      continue;
    }
    try {
      read.push({ path, source, feed: source.read(path, unpackFeed(path, readFileSync(path))) });
    } catch (error) {
      refused.push({ source: path, reason: (error as Error).message.replace(`${path}: `, '') });
    }
  }
  // Several states of one feed: the newest is kept whatever the files are called.
  read.sort((a, b) => compareText(a.feed.date, b.feed.date) || compareText(a.path, b.path));
  for (const { path, source, feed } of read) {
    const { state, reason, held } = keepFeed(folder, source.name, feed as never, options);
    if (reason !== null) refused.push({ source: path, reason: `${source.title}: ${reason}` });
    else {
      const { date, count } = held;
      const setAside = feed.setAside.length;
      feeds.push({ source: path, feed: source.name, date, records: count, setAside, changed: state === 'kept' });
    }
  }
  return { feeds, refused, others };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const headBytes = 64 * 1024;
/** Of a gzip file; they unpack to some ten times as much. */
const packedHeadBytes = 8 * 1024;

/** By the file's beginning; a file that cannot be opened is left to whom reads documents. */
function findSource(path: string): FeedSource | undefined {
  let handle;
  try {
    handle = openSync(path, 'r');
    const bytes = Buffer.alloc(headBytes);
    const length = readSync(handle, bytes, 0, headBytes, 0);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return recogniseFeed(headText(bytes.subarray(0, isPacked ? Math.min(length, packedHeadBytes) : length)));
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
