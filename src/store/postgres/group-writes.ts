import { setTimeout as delay } from 'node:timers/promises';
import { StoreClosedError, StoreUnreachableError, StoreWriteError, TenantGoneError } from '../store-error.ts';
import type { DeviceReport, SavedReport } from '../store.ts';
import type { Database } from './database.ts';
import { isConflict, isConnectionLoss, isTenantGone, reasonOf } from './database-error.ts';
import { saveReports } from './device-writes.ts';
import type { NodeMark } from './node-mark.ts';
import { newNotes, writeNotes } from './write-transaction.ts';
import type { WriteNotes, WriteTransaction } from './write-transaction.ts';

/** Reports that share a transaction at most; what one call brings together stays together. */
const mostReports = 1000;
/** How long a write waits for a database that does not answer, or that others always write before. */
const longestMs = 20_000;
const pausesMs = [20, 50, 100, 200, 500, 1000];

interface Write {
  /** Reports are kept together with those of their neighbours. */
  readonly reports?: readonly DeviceReport[];
  readonly run: (on: WriteTransaction) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly result: unknown } | { readonly error: unknown };

export interface GroupWritesOptions {
  readonly database: Database;
  readonly mark: NodeMark;
  /** Runs between a commit and the resolving of its promises. */
  readonly afterCommit: (notes: WriteNotes) => Promise<void>;
  readonly now?: () => number;
}

/**
 * The one writer of this process: what is asked for while a transaction is under way goes together into the next one, and shares its wait
 * for the disk. A write that fails costs only itself. What the database took back (deadlock, conflict, lost connection) runs again as a
 * whole; where a commit's answer was lost, the node's own mark tells whether it was done, so that nothing is written twice.
 */
export class GroupWrites {
  readonly #options: GroupWritesOptions;
  readonly #queue: Write[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: GroupWritesOptions) {
    this.#options = options;
  }

  get queued(): number {
    return this.#queue.length;
  }

  add<Result>(run: (on: WriteTransaction) => Promise<Result>): Promise<Result> {
    return this.#add({ run }) as Promise<Result>;
  }

  addReports(reports: readonly DeviceReport[]): Promise<readonly SavedReport[]> {
    return this.#add({ reports, run: (on) => saveReports(on, reports) }) as Promise<readonly SavedReport[]>;
  }

  /** Runs `work` between two transactions: nothing of this process is half written meanwhile. */
  between<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = (this.#running ?? Promise.resolve()).then(work);
    const ended = done.then(
      () => undefined,
      () => undefined,
    );
    this.#running = ended;
    void ended.then(() => this.#goOn(ended));
    return done;
  }

  /** Commits what is queued; later writes are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#running !== undefined) await this.#running;
  }

  #add(write: Omit<Write, 'resolve' | 'reject'>): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new StoreClosedError());
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...write, resolve, reject });
      // What is called in this turn goes together.
      if (this.#running === undefined) {
        const ended = Promise.resolve().then(() => this.#commitSome());
        this.#running = ended;
        void ended.then(() => this.#goOn(ended));
      }
    });
  }

  #goOn(ended: Promise<void>): void {
    if (this.#running !== ended) return;
    this.#running = undefined;
    if (this.#queue.length === 0) return;
    const next = this.#commitSome();
    this.#running = next;
    void next.then(() => this.#goOn(next));
  }

  /** Never throws: each write has its answer. */
  async #commitSome(): Promise<void> {
    const writes = this.#take();
    try {
      const { outcomes, notes } = await this.#commit(writes);
      await this.#options.afterCommit(notes);
      for (const [at, { resolve, reject }] of writes.entries()) {
        const outcome = outcomes[at] ?? { error: new Error('expected an answer of each write, but one is missing') };
        if ('error' in outcome) reject(toWriteError(outcome.error));
        else resolve(outcome.result);
      }
    } catch (error) {
      for (const { reject } of writes) reject(toWriteError(error));
    }
  }

  #take(): readonly Write[] {
    let reports = 0;
    let count = 0;
    for (const { reports: own = [] } of this.#queue) {
      if (count > 0 && reports + own.length > mostReports) break;
      reports += own.length;
      count += 1;
      if (count >= mostReports) break;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(writes: readonly Write[]): Promise<{ outcomes: readonly Outcome[]; notes: WriteNotes }> {
    const { database, mark } = this.#options;
    const began = performance.now();
    let isCareful = false;
    for (let attempt = 0; ; attempt += 1) {
      const notes = newNotes();
      let outcomes: readonly Outcome[] | undefined;
      try {
        await mark.settle(database);
        await database.transaction('write', async (on) => {
          const transaction = { rows: on.rows, notes };
          const ran = isCareful ? await runEach(transaction, writes) : await runTogether(transaction, writes);
          await writeNotes(on, notes);
          await mark.advance(on);
          // From here on the commit may have been done, whatever is heard of it.
          outcomes = ran;
        });
        mark.confirm();
        return { outcomes: outcomes ?? [], notes };
      } catch (error) {
        const isLost = isConnectionLoss(error);
        if (isLost && outcomes !== undefined && (await this.#wasDone(began))) return { outcomes, notes };
        if (isLost || isConflict(error)) {
          if (performance.now() - began > longestMs)
            throw isLost ? new StoreUnreachableError(database.place, reasonOf(error), error) : error;
          await delay(pausesMs[Math.min(attempt, pausesMs.length - 1)]);
        } else if (isCareful) throw error;
        else isCareful = true;
      }
    }
  }

  /** Whether the commit whose answer was lost was done: asked for until the database says. @throws {StoreUnreachableError} */
  async #wasDone(began: number): Promise<boolean> {
    const { database, mark } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await mark.wasCommitted(database);
      } catch (error) {
        if (!isConnectionLoss(error) || performance.now() - began > longestMs) throw error;
        await delay(pausesMs[Math.min(attempt, pausesMs.length - 1)]);
      }
    }
  }
}

/** Neighbouring reports as one. Any failure fails all: then each is run with a way back of its own. */
async function runTogether(on: WriteTransaction, writes: readonly Write[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < writes.length;) {
    const run = runOfReports(writes, from);
    if (run.length < 2) {
      outcomes.push({ result: await writes[from]?.run(on) });
      from += 1;
      continue;
    }
    const saved = await saveReports(on, run.flat());
    let at = 0;
    for (const reports of run) {
      outcomes.push({ result: saved.slice(at, at + reports.length) });
      at += reports.length;
    }
    from += run.length;
  }
  return outcomes;
}

function runOfReports(writes: readonly Write[], from: number): readonly (readonly DeviceReport[])[] {
  const run: (readonly DeviceReport[])[] = [];
  for (const { reports } of writes.slice(from)) {
    if (reports === undefined) break;
    run.push(reports);
  }
  return run;
}

async function runEach(on: WriteTransaction, writes: readonly Write[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const write of writes) outcomes.push(await runAlone(on, write));
  return outcomes;
}

/** @throws where the transaction as a whole has to run again. */
async function runAlone(on: WriteTransaction, { run }: Write): Promise<Outcome> {
  const notes = newNotes();
  await on.rows('SAVEPOINT one_write');
  try {
    const result = await run({ rows: on.rows, notes });
    await on.rows('RELEASE SAVEPOINT one_write');
    take(on.notes, notes);
    return { result };
  } catch (error) {
    if (isConnectionLoss(error) || isConflict(error)) throw error;
    await on.rows('ROLLBACK TO SAVEPOINT one_write');
    return { error };
  }
}

function take(into: WriteNotes, from: WriteNotes): void {
  into.counts.push(...from.counts);
  into.devices.push(...from.devices);
  for (const [id, content] of from.states) into.states.set(id, content);
  into.touchesDirectory ||= from.touchesDirectory;
}

/** Our own errors as they are; what the driver says as a write that was not done. */
function toWriteError(error: unknown): unknown {
  if (isTenantGone(error)) return new TenantGoneError(tenantOf(error));
  if (error instanceof Error && 'severity' in error) return new StoreWriteError(error);
  return isConnectionLoss(error) ? new StoreWriteError(error) : error;
}

/** `Key (tenant_id)=(…) is not present in table "tenant".` */
function tenantOf(error: unknown): string {
  const detail = error instanceof Error && 'detail' in error ? String(error.detail) : '';
  return /=\(([^)]*)\)/.exec(detail)?.[1] ?? 'of the row';
}
