import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isFeedName } from '../sources/bundle/manifest.ts';

/** One file of a joined feed. Its date is the file's own: when it was fetched. */
export interface FeedFile {
  /** `feeds/kev.json`, with `/` on every system. */
  readonly name: string;
  readonly path: string;
  /** UTC, to the second. */
  readonly modifiedAt: string;
}

/** The data folder's `feeds/`: files of other publishers, as they came. What begins with a dot is a work in progress. */
export class BundleFeeds {
  private readonly dataFolder: string;

  constructor(dataFolder: string) {
    this.dataFolder = dataFolder;
  }

  /** Sorted by name. @throws {Error} for a name that could not be taken in elsewhere. */
  list(): readonly FeedFile[] {
    return this.filesOf('feeds').sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  read({ path }: FeedFile): Uint8Array {
    return readFileSync(path);
  }

  /**
   * Lays a feed beside the folder; nothing changes until `place`. One of the same or a later date that is held stays, unless
   * it is to be replaced all the same.
   */
  stage(name: string, bytes: Uint8Array, { modifiedAt, replaceNewer }: StageOptions): StagedFeed | undefined {
    const path = join(this.dataFolder, ...name.split('/'));
    if (!replaceNewer && existsSync(path) && dateOf(path) > modifiedAt) return undefined;
    const staged = join(this.staging, ...name.split('/'));
    mkdirSync(dirname(staged), { recursive: true, mode: 0o700 });
    writeFileSync(staged, bytes, { mode: 0o600 });
    const seconds = Date.parse(modifiedAt) / 1000;
    utimesSync(staged, seconds, seconds);
    return { name, staged, path };
  }

  place(feeds: readonly StagedFeed[]): void {
    for (const { staged, path } of feeds) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      renameSync(staged, path);
    }
    this.clearStaging();
  }

  /** What an interrupted import left. */
  clearStaging(): void {
    rmSync(this.staging, { recursive: true, force: true });
  }

  private get staging(): string {
    return join(this.dataFolder, '.incoming-feeds');
  }

  private filesOf(name: string): FeedFile[] {
    const folder = join(this.dataFolder, ...name.split('/'));
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry): FeedFile[] => {
      if (entry.name.startsWith('.')) return [];
      const inner = `${name}/${entry.name}`;
      if (entry.isDirectory()) return this.filesOf(inner);
      if (!entry.isFile()) return [];
      const path = join(folder, entry.name);
      if (!isFeedName(inner))
        throw new Error(`${path}: expected a feed's name of letters, digits, ".", "_" and "-", got another`);
      return [{ name: inner, path, modifiedAt: dateOf(path) }];
    });
  }
}

interface StageOptions {
  readonly modifiedAt: string;
  readonly replaceNewer: boolean;
}

export interface StagedFeed {
  readonly name: string;
  readonly staged: string;
  readonly path: string;
}

function dateOf(path: string): string {
  const seconds = Math.floor(statSync(path).mtimeMs / 1000);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
