import { hash as hashOf } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { writeFileDurably } from './write-file-durably.ts';
import { FeedChecks } from './feed-checks.ts';
import { FolderLock } from './folder-lock.ts';
import { FeedFileError } from './feed-file-error.ts';
import { feedSource, feedSources } from '../sources/sources.ts';
import type { FeedData } from '../sources/sources.ts';
import type { Feed, FeedName } from '../sources/source.ts';

/** What is known of a held feed without unpacking it. */
export interface HeldFeed {
  readonly feed: FeedName;
  /** When the publisher dates it: a UTC day or instant. */
  readonly date: string;
  readonly version: string | null;
  readonly count: number;
  /** UTC instant at which kbgap first saw this content. */
  readonly firstSeenAt: string;
  /** `sha256:…` of the content before compression. */
  readonly hash: string;
}

const magic = Buffer.from('KBGAPFED');
const largestHeadBytes = 1024 * 1024;
const largestContentBytes = 256 * 1024 * 1024;
/** Another's change takes a second. */
const longestChangeMs = 30_000;

/**
 * Where a data folder keeps its feeds: `feeds/<name>.kbfeed`, one file each. The file: `KBGAPFED`, the length of the head
 * (4 bytes, little-endian), the head as JSON (`HeldFeed`), then the content, packed by its source, as one zstd frame.
 */
export class FeedFolder {
  readonly folder: string;
  /** When which address was asked for one, and how it answered. */
  readonly checks: FeedChecks;
  readonly #dataFolder: string;

  constructor(dataFolder: string) {
    this.folder = join(dataFolder, 'feeds');
    this.checks = new FeedChecks(dataFolder);
    this.#dataFolder = dataFolder;
  }

  /** For who changes a feed by what it was: one at a time, in this process and others. @throws {FolderBusyError} */
  async locked<T>(change: () => T): Promise<T> {
    const lock = await FolderLock.acquire(join(this.#dataFolder, 'catalogue'), 'feeds', {
      waitMs: longestChangeMs,
      doing: 'changing the feeds',
    });
    try {
      return change();
    } finally {
      lock.release();
    }
  }

  /** The heads of all held feeds, in the order of the list of feeds. @throws {FeedFileError} */
  list(): readonly HeldFeed[] {
    return feedSources.flatMap(({ name }) => this.find(name) ?? []);
  }

  /** `undefined` where the feed is not held. @throws {FeedFileError} */
  find(name: FeedName): HeldFeed | undefined {
    const file = this.fileOf(name);
    return existsSync(file) ? readHead(file, name).head : undefined;
  }

  /** The same, but a damaged file is as good as none: what comes in takes its place. */
  findReadable(name: FeedName): HeldFeed | undefined {
    try {
      return this.find(name);
    } catch (error) {
      if (error instanceof FeedFileError) return undefined;
      throw error;
    }
  }

  /** @throws {FeedFileError} where the file is damaged. */
  load<Name extends keyof FeedData>(name: Name): Feed<FeedData[Name]> | undefined {
    const file = this.fileOf(name);
    if (!existsSync(file)) return undefined;
    const { head, contentStart } = readHead(file, name);
    try {
      const packed = readFileSync(file).subarray(contentStart);
      const content = zstdDecompressSync(packed, { maxOutputLength: largestContentBytes });
      const data = feedSource(name).unpack(content);
      return { date: head.date, version: head.version, data, setAside: [] };
    } catch (error) {
      throw damaged(file, error);
    }
  }

  /** Puts a feed in force by renaming: until then, and after a crash, the old one stands. */
  put<Name extends keyof FeedData>(name: Name, feed: Feed<FeedData[Name]>, { now }: { readonly now: Date }): HeldFeed {
    const source = feedSource(name);
    const content = source.pack(feed.data);
    const hash = `sha256:${hashOf('sha256', content)}`;
    const before = this.findReadable(name);
    const head: HeldFeed = {
      feed: name,
      date: feed.date,
      version: feed.version,
      count: source.count(feed.data),
      firstSeenAt: before?.hash === hash ? before.firstSeenAt : now.toISOString(),
      hash,
    };
    // The same state again leaves the file as it is: its bytes go into bundles.
    if (JSON.stringify(head) !== JSON.stringify(before)) this.write(head, content);
    return head;
  }

  /** Whether what is held changed; cheap enough to ask every second. */
  stamp(): string {
    const stamps = feedSources.map(({ name }) => {
      const info = statSync(this.fileOf(name), { throwIfNoEntry: false });
      return info === undefined ? '-' : `${info.mtimeMs} ${info.size} ${info.ino}`;
    });
    return stamps.join('|');
  }

  private write(head: HeldFeed, content: Uint8Array): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const text = Buffer.from(JSON.stringify(head));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    const packed = zstdCompressSync(content, {
      params: { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    writeFileDurably(this.fileOf(head.feed), Buffer.concat([magic, length, text, packed]));
  }

  private fileOf(name: FeedName): string {
    return join(this.folder, `${name}.kbfeed`);
  }
}

/** The head alone: `catalog info` must not unpack 300,000 scores. */
function readHead(file: string, name: FeedName): { readonly head: HeldFeed; readonly contentStart: number } {
  try {
    const handle = openSync(file, 'r');
    try {
      const start = Buffer.alloc(magic.length + 4);
      readSync(handle, start, 0, start.length, 0);
      const length = start.readUInt32LE(magic.length);
      if (!magic.equals(start.subarray(0, magic.length)) || length > largestHeadBytes)
        throw new Error('it does not begin with KBGAPFED and a head');
      const text = Buffer.alloc(length);
      readSync(handle, text, 0, length, start.length);
      const head = JSON.parse(text.toString()) as HeldFeed;
      if (head.feed !== name) throw new Error(`it holds ${head.feed}`);
      return { head, contentStart: start.length + length };
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw damaged(file, error);
  }
}

function damaged(file: string, error: unknown): FeedFileError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FeedFileError(
    `expected ${file} to be a kept feed, but it cannot be read (${reason}); import the feed again`,
    { cause: error },
  );
}
