import { hash as hashOf } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from './write-file-durably.ts';
import { FeedChecks } from './feed-checks.ts';
import { FolderLock } from './folder-lock.ts';
import { FeedFileError } from './feed-file-error.ts';
import { formatFeedFile, readKeptFeed } from './feed-file.ts';
import { feedSource, feedSources } from '../sources/sources.ts';
import type { FeedData } from '../sources/sources.ts';
import type { Feed, FeedName } from '../sources/source.ts';

/** What is known of a held feed. */
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

const lockName = 'feeds';
/** Another's change takes a second. */
const lockWait = { waitMs: 30_000, doing: 'changing the feeds' };

interface PutOptions {
  readonly now: Date;
}

/** Where a data folder keeps its feeds: `feeds/<name>.kbfeed`, one file each. */
export class FeedFolder {
  readonly folder: string;
  /** When which address was asked for one, and how it answered. */
  readonly checks: FeedChecks;
  readonly #lockFolder: string;
  /** What the last reading of each file gave, by the file's stamp. */
  readonly #checked = new Map<FeedName, CheckedFile>();

  constructor(dataFolder: string) {
    this.folder = join(dataFolder, 'feeds');
    this.checks = new FeedChecks(dataFolder);
    this.#lockFolder = join(dataFolder, 'catalogue');
  }

  /** For who changes a feed by what it was: one at a time, in this process and others. @throws {FolderBusyError} */
  async locked<T>(change: () => T): Promise<T> {
    const lock = await FolderLock.acquire(this.#lockFolder, lockName, lockWait);
    try {
      return change();
    } finally {
      lock.release();
    }
  }

  /** The same on a thread that waits for its turn. @throws {FolderBusyError} */
  lockedSync<T>(change: () => T): T {
    const lock = FolderLock.acquireSync(this.#lockFolder, lockName, lockWait);
    try {
      return change();
    } finally {
      lock.release();
    }
  }

  /** All held feeds, in the order of the list of feeds. @throws {FeedFileError} */
  list(): readonly HeldFeed[] {
    return feedSources.flatMap(({ name }) => this.find(name) ?? []);
  }

  /** `undefined` where the feed is not held. The whole file is checked, once for each state of it. @throws {FeedFileError} */
  find(name: FeedName): HeldFeed | undefined {
    const stamp = this.#stampOf(name);
    if (stamp === undefined) return undefined;
    let checked = this.#checked.get(name);
    if (checked?.stamp !== stamp)
      this.#checked.set(name, (checked = { stamp, found: readWhole(this.fileOf(name), name) }));
    if (checked.found instanceof FeedFileError) throw checked.found;
    return checked.found;
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
    try {
      return readKeptFeed(readFileSync(file), name).known?.feed as Feed<FeedData[Name]> | undefined;
    } catch (error) {
      throw damaged(file, error);
    }
  }

  /** The bytes of a kept feed, checked whole; `undefined` where it is not held. @throws {FeedFileError} */
  readBytes(name: FeedName): Uint8Array | undefined {
    const file = this.fileOf(name);
    if (!existsSync(file)) return undefined;
    const bytes = readFileSync(file);
    try {
      readKeptFeed(bytes, name);
      return bytes;
    } catch (error) {
      throw damaged(file, error);
    }
  }

  /** Puts a feed in force by renaming: until then, and after a crash, the old one stands. */
  put<Name extends keyof FeedData>(name: Name, feed: Feed<FeedData[Name]>, options: PutOptions): HeldFeed {
    const { head, content } = this.pack(name, feed, options);
    // The same state again leaves the file as it is: its bytes go into bundles.
    if (JSON.stringify(head) !== JSON.stringify(this.findReadable(name))) {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileDurably(this.fileOf(name), formatFeedFile(head, content));
    }
    return head;
  }

  /** What `put` would write. */
  pack<Name extends keyof FeedData>(
    name: Name,
    feed: Feed<FeedData[Name]>,
    { now }: PutOptions,
  ): { readonly head: HeldFeed; readonly content: Uint8Array } {
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
    return { head, content };
  }

  /** Whether what is held changed; cheap enough to ask every second. */
  stamp(): string {
    return feedSources.map(({ name }) => this.#stampOf(name) ?? '-').join('|');
  }

  #stampOf(name: FeedName): string | undefined {
    const info = statSync(this.fileOf(name), { throwIfNoEntry: false });
    return info === undefined ? undefined : `${info.mtimeMs} ${info.size} ${info.ino}`;
  }

  fileOf(name: FeedName): string {
    return join(this.folder, `${name}.kbfeed`);
  }
}

interface CheckedFile {
  readonly stamp: string;
  readonly found: HeldFeed | FeedFileError;
}

/** A sound head says nothing of the content: a feed is held where it can be used. 300,000 scores take 20 ms. */
function readWhole(file: string, name: FeedName): HeldFeed | FeedFileError {
  try {
    return readKeptFeed(readFileSync(file), name).head;
  } catch (error) {
    return damaged(file, error);
  }
}

function damaged(file: string, error: unknown): FeedFileError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FeedFileError(
    `expected ${file} to be a kept feed, but it cannot be read (${reason}); import the feed again`,
    { cause: error },
  );
}
