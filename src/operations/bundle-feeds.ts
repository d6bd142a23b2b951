import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { feedSources } from '../sources/sources.ts';
import type { FeedName } from '../sources/source.ts';
import { readKeptFeed } from './feed-file.ts';
import { FeedFolder } from './feed-folder.ts';
import { formatFeedFile } from './feed-file.ts';
import { weighFeed } from './keep-feed.ts';
import type { KeepOptions } from './keep-feed.ts';

/** A kept feed as it goes into a bundle. */
export interface BundledFeed {
  /** `feeds/cisa-kev.kbfeed`, with `/` on every system. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** When its content was first seen, UTC. */
  readonly firstSeenAt: string;
}

/** What is to become of a bundle's feed. `staged`: it lies ready. A `reason` says why it is left out. */
export interface StagedFeed {
  readonly name: string;
  readonly state: 'staged' | 'unchanged' | 'refused' | 'unknown';
  readonly reason: string | null;
}

/** The data folder's kept feeds on their way into bundles and out of them. */
export class BundleFeeds {
  private readonly dataFolder: string;
  private readonly folder: FeedFolder;

  constructor(dataFolder: string) {
    this.dataFolder = dataFolder;
    this.folder = new FeedFolder(dataFolder);
  }

  /** Sorted by name, each checked whole. @throws {FeedFileError} for a damaged one. */
  list(): readonly BundledFeed[] {
    const names = feedSources.map(({ name }) => name).sort();
    return names.flatMap((name) => this.find(name) ?? []);
  }

  find(name: FeedName): BundledFeed | undefined {
    const bytes = this.folder.readBytes(name);
    const head = this.folder.find(name);
    if (bytes === undefined || head === undefined) return undefined;
    return { name: `feeds/${basename(this.folder.fileOf(name))}`, bytes, firstSeenAt: head.firstSeenAt };
  }

  /**
   * Lays a bundle's feed beside the folder; nothing changes until `place`. It is taken by the same rules as one that came as a
   * file: not where the held one is of a later day.
   * @throws {Error} where it is not what a data folder keeps.
   */
  stage(name: string, bytes: Uint8Array, options: KeepOptions): StagedFeed {
    const { head, known } = readBundledFeed(name, bytes);
    if (known === undefined)
      return { name, state: 'unknown', reason: `this kbgap knows no feed ${String(head.feed)}, which is left out` };
    const { next, reason, held } = weighFeed(this.folder, head.feed, known.feed as never, options);
    if (reason !== null) return { name, state: 'refused', reason };
    const isWhole = next === (known.feed as unknown);
    const packed = isWhole ? undefined : this.folder.pack(head.feed, next, options);
    const { hash, date } = packed?.head ?? head;
    if (held?.hash === hash && held.date === date) return { name, state: 'unchanged', reason: null };
    const staged = this.stagedPath(name);
    mkdirSync(dirname(staged), { recursive: true, mode: 0o700 });
    const file = packed === undefined ? bytes : formatFeedFile(packed.head, packed.content);
    writeFileSync(staged, file, { mode: 0o600, flush: true });
    return { name, state: 'staged', reason: null };
  }

  /**
   * Puts staged feeds in force, unless they changed since. Those that are not there any more were placed by a process that was
   * killed afterwards.
   */
  place(names: readonly string[], sinceMs: number): void {
    for (const name of names) {
      const staged = this.stagedPath(name);
      const path = join(this.folder.folder, basename(name));
      const isLater = (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > sinceMs;
      if (isLater || !existsSync(staged)) continue;
      mkdirSync(this.folder.folder, { recursive: true, mode: 0o700 });
      renameSync(staged, path);
    }
  }

  /** What an interrupted import left. */
  clearStaging(): void {
    rmSync(this.staging, { recursive: true, force: true });
  }

  private stagedPath(name: string): string {
    return join(this.staging, basename(name));
  }

  private get staging(): string {
    return join(this.dataFolder, '.incoming-feeds');
  }
}

/** @throws {Error} where the bytes are not those of the kept feed that the name says. */
export function readBundledFeed(name: string, bytes: Uint8Array): ReturnType<typeof readKeptFeed> {
  try {
    return readKeptFeed(bytes, basename(name, '.kbfeed'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`section ${name}: expected a kept feed, but ${reason}`, { cause: error });
  }
}
