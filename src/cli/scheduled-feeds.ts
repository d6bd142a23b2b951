import type { Logger } from 'pino';
import { FeedFolder } from '../operations/feed-folder.ts';
import { syncFeedsInThread } from '../operations/feeds-in-thread.ts';
import type { FeedOrder } from '../operations/feeds-in-thread.ts';
import type { FetchedFeed } from '../operations/fetch-feed.ts';
import { planFeedsOf } from '../operations/plan-feeds.ts';
import { forgetOthers } from '../operations/sync-feeds.ts';
import type { FeedPublishers } from '../operations/sync-feeds.ts';

/** How often the schedule is asked whether a feed is due; each has its own interval. */
const lookEveryMs = 60_000;
/** A server that has just started answers first. */
const firstLookMs = 15_000;

export interface ScheduledFeedsOptions {
  readonly dataFolder: string;
  readonly publishers: FeedPublishers;
  readonly logger: Logger;
  readonly now: () => Date;
  /** On a thread of its own unless told. */
  readonly sync?: (order: FeedOrder, signal: AbortSignal) => Promise<readonly FetchedFeed[]>;
}

/** Fetches a server's feeds when they are due, apart from its documents. What goes wrong is logged; the last good ones stay. */
export class ScheduledFeeds {
  readonly #options: ScheduledFeedsOptions;
  readonly #folder: FeedFolder;
  readonly #stop = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  #running: Promise<void> | undefined;
  #forgotten: Promise<void> | undefined;
  #lastTrouble = '';

  constructor(options: ScheduledFeedsOptions) {
    this.#options = options;
    this.#folder = new FeedFolder(options.dataFolder);
    this.#timers = [
      setTimeout(() => void this.look(), firstLookMs).unref(),
      setInterval(() => void this.look(), lookEveryMs).unref(),
    ];
  }

  /** Fetches what is due, where nothing is under way. */
  look(): Promise<void> {
    if (this.#running !== undefined || this.#stop.signal.aborted) return Promise.resolve();
    this.#running = this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Ends what is under way; what came is kept. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { dataFolder, publishers, now, logger, sync = syncFeedsInThread } = this.#options;
    try {
      await (this.#forgotten ??= forgetOthers(this.#folder, publishers.feeds));
      const { due: addresses } = planFeedsOf(this.#folder, publishers.feeds, { now: now() });
      if (addresses.length === 0) return;
      for (const each of await sync({ dataFolder, addresses, http: publishers.http }, this.#stop.signal))
        this.#tell(each);
      this.#lastTrouble = '';
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      // Every minute anew: a folder that cannot be written to is told once.
      const trouble = error instanceof Error ? error.message : String(error);
      if (trouble !== this.#lastTrouble) logger.error({ err: error }, 'feeds not fetched');
      this.#lastTrouble = trouble;
    }
  }

  /** Once for each event, not at every check. */
  #tell({ feed, url, state, reason, isNews, date, records }: FetchedFeed): void {
    const { logger } = this.#options;
    if (reason !== null) logger[isNews ? 'warn' : 'debug']({ feed, url, state, reason }, 'feed not fetched');
    else if (isNews) logger.info({ feed, url, state, date, records }, 'feed fetched');
  }
}
