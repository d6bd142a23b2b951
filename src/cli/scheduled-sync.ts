import { join } from 'node:path';
import type { Logger } from 'pino';
import { syncInThread } from '../operations/sync-in-thread.ts';
import type { SyncOrder } from '../operations/sync-in-thread.ts';
import type { CatalogueSync } from '../operations/sync-catalogue.ts';
import { pausedUntilMs } from '../operations/publisher-pause.ts';
import { nextSyncAt } from '../operations/sync-schedule.ts';
import type { SyncScheduleSettings } from '../operations/sync-schedule.ts';
import { readSyncStatus } from '../operations/sync-status.ts';
import type { SyncStatus } from '../operations/sync-status.ts';

/** How often the schedule is asked whether a sync is due; a clock that jumps costs no more than this. */
const lookEveryMs = 60_000;
/** A server that has just started answers first. */
const firstLookMs = 10_000;

export interface ScheduledSyncOptions extends SyncOrder {
  readonly schedule: SyncScheduleSettings;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Told of each sync that came to an end. */
  readonly onSynced?: (result: CatalogueSync) => void;
  /** Whether it is this node that syncs, where several share a database: asked at each look, which keeps it so. */
  readonly mayRun?: () => Promise<boolean>;
  /** On a thread of its own unless told. */
  readonly sync?: (order: SyncOrder, signal: AbortSignal) => Promise<CatalogueSync>;
}

/** Syncs a server's catalogue when it is due. What goes wrong is logged and counted; the server goes on. */
export class ScheduledSync {
  readonly counts: Record<SyncStatus['outcome'], number> = { ok: 0, incomplete: 0, failed: 0 };
  readonly #options: ScheduledSyncOptions;
  readonly #stop = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  #running: Promise<void> | undefined;

  constructor(options: ScheduledSyncOptions) {
    this.#options = options;
    this.#timers = [
      setTimeout(() => void this.look(), firstLookMs).unref(),
      setInterval(() => void this.look(), lookEveryMs).unref(),
    ];
  }

  /** Syncs where that is due and none is under way. */
  look(): Promise<void> {
    if (this.#running !== undefined || this.#stop.signal.aborted) return Promise.resolve();
    const { mayRun } = this.#options;
    if (mayRun === undefined && !this.#isDue()) return Promise.resolve();
    this.#running = this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  #isDue(): boolean {
    const { now, schedule } = this.#options;
    return nextSyncAt(now(), this.#last(), schedule) <= now();
  }

  /** Ends a sync that is under way; what it fetched is kept. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stop.abort();
    await this.#running;
  }

  /** Without a pause that is over, or that another publisher asked for. */
  #last(): SyncStatus | undefined {
    const { dataFolder, publisher, now } = this.#options;
    try {
      const last = readSyncStatus(join(dataFolder, 'catalogue'));
      if (last === undefined || pausedUntilMs(last, publisher.baseUrl, now()) !== undefined) return last;
      return { ...last, notBefore: null };
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'status of the last sync set aside: it cannot be read');
      return undefined;
    }
  }

  async #run(): Promise<void> {
    const { logger, dataFolder, publisher, sync = syncInThread } = this.#options;
    try {
      if (!(await this.#isMine()) || !this.#isDue()) return;
      const result = await sync({ dataFolder, publisher }, this.#stop.signal);
      this.counts[result.failed.length > 0 ? 'incomplete' : 'ok'] += 1;
      this.#tell(result);
      this.#options.onSynced?.(result);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const isBusy = error instanceof Error && 'code' in error && error.code === 'folder-busy';
      if (isBusy) return logger.info('catalogue not synced: another process does');
      this.counts.failed += 1;
      logger.error({ err: error }, 'catalogue not synced');
    }
  }

  /** Without the database nobody can tell: the next look asks again. */
  async #isMine(): Promise<boolean> {
    const { logger, mayRun } = this.#options;
    try {
      return mayRun === undefined || (await mayRun());
    } catch (error) {
      logger.warn({ err: error }, 'catalogue not synced: the database does not tell whose turn it is');
      return false;
    }
  }

  #tell(result: CatalogueSync): void {
    const { logger } = this.#options;
    if (result.repaired !== null) logger.warn(result.repaired, 'damaged catalogue made anew');
    for (const { id, kind, reason, source } of result.quarantined) {
      // Once for each event, not at every sync.
      if (result.newlyQuarantined.includes(id)) logger.warn({ id, kind, reason, source }, 'document quarantined');
    }
    for (const id of result.resolved) logger.info({ id }, 'document no longer quarantined');
    for (const { id, reason } of result.failed) logger.warn({ id, reason }, 'document not fetched');
    const { listSetAside } = result;
    if (listSetAside.length > 0)
      logger.warn({ count: listSetAside.length, first: listSetAside[0] }, 'entries of the list set aside');
    for (const behind of result.behind) logger.warn(behind, 'an older revision served than listed');
    const { requests, updated, catalogueId } = result;
    logger.info({ requests, updated: updated.map(({ id }) => id), catalogueId }, 'catalogue synced');
  }
}
