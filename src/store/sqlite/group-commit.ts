import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CountChange } from '../store.ts';
import { StoreClosedError, StoreWriteError } from '../store-error.ts';

/** SQLite blocks the event loop: at most so many writes before other work has its turn. */
const maxWrites = 500;

/** One write: runs its statements, notes what it did to the counts, waits for nothing. May be run again, where its changes were taken back. */
type Work<Result> = (changes: CountChange[]) => Result;

interface QueuedWrite {
  /** Runs the work; the answer settles its promise and is called after the commit. */
  readonly run: (changes: CountChange[]) => () => void;
  readonly reject: (error: unknown) => void;
}

interface WriteOutcome {
  readonly changes: readonly CountChange[];
  readonly settle: () => void;
}

/**
 * Writes that arrive in one turn of the event loop share one transaction, and so one wait for the disk. A write that
 * throws takes back its own changes only. No promise resolves before the commit.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #afterCommit: (changes: readonly CountChange[]) => void;
  readonly #statements: Readonly<Record<'begin' | 'commit' | 'savepoint' | 'release' | 'undo', StatementSync>>;
  readonly #queue: QueuedWrite[] = [];
  #isScheduled = false;
  #isClosed = false;

  /** `afterCommit` runs between a commit and the resolving of its promises. */
  constructor(database: DatabaseSync, afterCommit: (changes: readonly CountChange[]) => void) {
    this.#database = database;
    this.#afterCommit = afterCommit;
    this.#statements = {
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
      savepoint: database.prepare('SAVEPOINT one_write'),
      release: database.prepare('RELEASE one_write'),
      undo: database.prepare('ROLLBACK TO one_write'),
    };
  }

  add<Result>(work: Work<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new StoreClosedError());
    return new Promise((resolve, reject) => {
      const run = (changes: CountChange[]): (() => void) => {
        const result = work(changes);
        return () => resolve(result);
      };
      this.#queue.push({ run, reject });
      this.#schedule();
    });
  }

  /** Writes that wait for their commit. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Commits what is queued; later writes are refused. */
  close(): void {
    this.#isClosed = true;
    while (this.#queue.length > 0) this.#commitQueued();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#commitQueued();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commitQueued(): void {
    const writes = this.#queue.splice(0, maxWrites);
    if (writes.length === 0) return;
    let outcomes: readonly WriteOutcome[];
    try {
      this.#statements.begin.run();
      outcomes = this.#runAll(writes);
      this.#statements.commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      for (const { reject } of writes) reject(new StoreWriteError(error));
      return;
    }
    try {
      this.#afterCommit(outcomes.flatMap(({ changes }) => changes));
    } finally {
      for (const { settle } of outcomes) settle();
    }
  }

  /**
   * Without a savepoint for each, as long as none throws: within one SQLite keeps every page as it was before each statement, which
   * is more than all that is written. Where one throws, all begin anew, each behind a savepoint of its own.
   */
  #runAll(writes: readonly QueuedWrite[]): readonly WriteOutcome[] {
    try {
      return writes.map(({ run }) => {
        const changes: CountChange[] = [];
        return { changes, settle: run(changes) };
      });
    } catch (error) {
      if (!this.#database.isTransaction) throw error;
      this.#database.exec('ROLLBACK');
      this.#statements.begin.run();
      return writes.map((write) => this.#runOne(write));
    }
  }

  /** @throws where the database gave up the whole transaction (disk full, I/O error). */
  #runOne({ run, reject }: QueuedWrite): WriteOutcome {
    const changes: CountChange[] = [];
    this.#statements.savepoint.run();
    try {
      const settle = run(changes);
      this.#statements.release.run();
      return { changes, settle };
    } catch (error) {
      if (!this.#database.isTransaction) throw error;
      this.#statements.undo.run();
      this.#statements.release.run();
      return { changes: [], settle: () => reject(error) };
    }
  }
}
