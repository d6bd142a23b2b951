import { hash as hashOf } from 'node:crypto';
import { releaseTypeOf } from '../catalogue/release-type.ts';
import type { ReleaseType } from '../catalogue/release-type.ts';
import type { KevData, KevEntry } from '../sources/cisa-kev/data.ts';
import { findEpss } from '../sources/epss/data.ts';
import type { EpssScore } from '../sources/epss/data.ts';
import type { FeedData } from '../sources/sources.ts';
import type { Feed } from '../sources/source.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import { FeedFileError } from './feed-file-error.ts';
import type { FeedFolder } from './feed-folder.ts';
import { silentLog } from './log.ts';
import type { Log } from './log.ts';

/** An EPSS score with the day it is of. */
export interface DatedEpss extends EpssScore {
  readonly date: string;
}

/** The feeds of a data folder in one state, each read when it is first asked for; one that is damaged is as good as absent. */
export class HeldFeeds {
  /** Names the state: changes with any held feed. */
  readonly id: string;
  readonly #folder: FeedFolder | null;
  readonly #log: Log;
  readonly #read = new Map<string, unknown>();
  #kev: ReadonlyMap<string, KevEntry> | undefined;
  #types: ReadonlyMap<KbNumber, ReleaseType> | undefined;

  /** Without a folder none is held. */
  constructor(folder: FeedFolder | null, log: Log = silentLog) {
    this.#folder = folder;
    this.#log = log;
    this.id = hashOf('sha256', folder === null ? '' : folder.stamp());
  }

  find<Name extends keyof FeedData>(name: Name): Feed<FeedData[Name]> | undefined {
    if (!this.#read.has(name)) this.#read.set(name, this.#load(name));
    return this.#read.get(name) as Feed<FeedData[Name]> | undefined;
  }

  /** `null`: not in the list; `undefined`: no list is held. */
  kevEntry(cve: string): KevEntry | null | undefined {
    const feed = this.find('cisa-kev');
    if (feed === undefined) return undefined;
    this.#kev ??= entriesByCve(feed.data);
    return this.#kev.get(cve) ?? null;
  }

  /** `undefined` where no scores are held, or none for this CVE. */
  epss(cve: string): DatedEpss | undefined {
    const feed = this.find('epss');
    const score = feed === undefined ? undefined : findEpss(feed.data, cve);
    return feed === undefined || score === undefined ? undefined : { ...score, date: feed.date };
  }

  /** By the held history; `undefined` where it does not know the update. */
  releaseType(kb: KbNumber): ReleaseType | undefined {
    this.#types ??= new Map(
      (this.find('release-history')?.data.releases ?? []).flatMap((release) => {
        const type = releaseTypeOf(release.kind);
        return type === undefined ? [] : [[release.kb, type]];
      }),
    );
    return this.#types.get(kb);
  }

  #load<Name extends keyof FeedData>(name: Name): Feed<FeedData[Name]> | undefined {
    try {
      return this.#folder?.load(name);
    } catch (error) {
      if (!(error instanceof FeedFileError)) throw error;
      this.#log.warn({ err: error, feed: name }, 'a feed cannot be read and is left out');
      return undefined;
    }
  }
}

function entriesByCve({ entries }: KevData): ReadonlyMap<string, KevEntry> {
  return new Map(entries.map((entry) => [entry.cve, entry]));
}

/** How often the folder is asked for other feeds; commands of others must show within two seconds. */
const lookEveryMs = 1000;

/** The feeds in force, looked at anew once a second when somebody asks. */
export class CurrentFeeds {
  readonly #folder: FeedFolder;
  readonly #now: () => Date;
  readonly #log: Log;
  #held: HeldFeeds;
  #lookedAt = 0;

  constructor(folder: FeedFolder, now: () => Date, log: Log) {
    this.#folder = folder;
    this.#now = now;
    this.#log = log;
    this.#held = new HeldFeeds(folder, log);
  }

  get(): HeldFeeds {
    const time = this.#now().getTime();
    if (Math.abs(time - this.#lookedAt) >= lookEveryMs) {
      this.#lookedAt = time;
      const next = new HeldFeeds(this.#folder, this.#log);
      if (next.id !== this.#held.id) this.#held = next;
    }
    return this.#held;
  }
}
