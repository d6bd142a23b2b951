import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { DocumentError } from './document-error.ts';
import { largestFeedArchiveContent } from './limits.ts';
import { isZip } from './archives/zip-entries.ts';
import { readArchive } from './read-archive.ts';
import type { ArchiveEntry } from './read-archive.ts';
import { documentNames, readBytes } from './read-document-file.ts';
import type { RefusedDocument } from './read-documents.ts';
import { recogniseFeed } from './sources.ts';
import type { Feed, FeedSource } from './source.ts';
import { headBytes, headText, largestFeedBytes, unpackFeed } from './unpack-feed.ts';

/** A feed that was read, and the file (or file in an archive) it came from. */
export interface FoundFeed {
  readonly from: string;
  readonly source: FeedSource;
  readonly feed: Feed<unknown>;
}

/** What of a file is a feed. */
export interface FeedFile {
  readonly feeds: readonly FoundFeed[];
  /** Feeds by their beginning that could not be used. */
  readonly refused: readonly RefusedDocument[];
  /** Whether it is, or holds, something else: documents, it is to be hoped. */
  readonly hasOthers: boolean;
}

/** The feeds of a file, plain, gzip or zip, told by their content; what cannot be opened is left to whom reads documents. */
export async function readFeedFile(path: string): Promise<FeedFile> {
  const start = tryReadStart(path);
  if (isZip(start)) return readZip(path);
  if (beginsDocument(start)) return { feeds: [], refused: [], hasOthers: true };
  const source = recogniseFeed(headText(start));
  if (source === undefined) return { feeds: [], refused: [], hasOthers: true };
  const read = await readOne(path, source, () => Promise.resolve(readFileSync(path)));
  return { ...found([read]), hasOthers: false };
}

/** Packed bytes that give a root element. */
const rootBytes = 1024;

/** A CVRF document in XML: by its root alone, since a full import has hundreds, and nobody needs more of them here. */
function beginsDocument(start: Uint8Array): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?<(?:[\w-]+:)?cvrfdoc\s/.test(headText(start.subarray(0, rootBytes)));
}

/** A zip with feeds, with documents, or with both. */
async function readZip(path: string): Promise<FeedFile> {
  const read: (FoundFeed | RefusedDocument)[] = [];
  let hasOthers = false;
  let content = 0;
  try {
    for await (const entry of readArchive(path, readBytes(path))) {
      const source = await tryRecognise(entry);
      if (source === undefined) hasOthers ||= documentNames.test(entry.name);
      else {
        content += entry.sizeBytes;
        if (content > largestFeedArchiveContent)
          throw new DocumentError(
            path,
            `expected feeds of at most ${largestFeedArchiveContent} bytes in all, got more`,
          );
        read.push(await readOne(entry.source, source, () => entry.read(largestFeedBytes)));
      }
    }
  } catch (error) {
    if (read.length === 0) return { feeds: [], refused: [], hasOthers: true };
    read.push(refusal(path, error));
  }
  // An archive of neither is told by whom reads documents.
  return { ...found(read), hasOthers: hasOthers || read.length === 0 };
}

/** An entry that cannot be unpacked is none of ours: where it is named as a document, it is refused as one. */
async function tryRecognise(entry: ArchiveEntry): Promise<FeedSource | undefined> {
  try {
    return recogniseFeed(headText(await entry.readStart(headBytes)));
  } catch {
    return undefined;
  }
}

async function readOne(
  from: string,
  source: FeedSource,
  bytes: () => Promise<Uint8Array>,
): Promise<FoundFeed | RefusedDocument> {
  try {
    return { from, source, feed: await source.read(from, unpackFeed(from, await bytes())) };
  } catch (error) {
    return refusal(from, error);
  }
}

function found(read: readonly (FoundFeed | RefusedDocument)[]): Pick<FeedFile, 'feeds' | 'refused'> {
  return {
    feeds: read.filter((each) => 'feed' in each),
    refused: read.filter((each) => 'reason' in each),
  };
}

function refusal(source: string, error: unknown): RefusedDocument {
  const reason = error instanceof Error ? error.message : String(error);
  return { source, reason: reason.replace(`${source}: `, '') };
}

/** A file's first bytes; none where it cannot be opened. */
function tryReadStart(path: string): Uint8Array {
  let handle;
  try {
    handle = openSync(path, 'r');
    const bytes = Buffer.alloc(headBytes);
    return bytes.subarray(0, readSync(handle, bytes, 0, headBytes, 0));
  } catch {
    return new Uint8Array();
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
