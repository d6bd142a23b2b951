import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

const askAgainMs = 100;

/** Another process (or this one) does what only one may do at a time. */
class FolderBusyError extends Error {
  override readonly name = 'FolderBusyError';
  readonly code = 'folder-busy';
}

/**
 * A lock between processes that the system takes back from a process that is killed: nothing of it is left to clear away.
 * It is SQLite's own, over a file that holds nothing.
 */
export class FolderLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** `name` is `sync` or `build`, `doing` words for the error. @throws {FolderBusyError} after `waitMs`. */
  static async acquire(
    folder: string,
    name: string,
    { waitMs, doing }: { readonly waitMs: number; readonly doing: string },
  ): Promise<FolderLock> {
    for (let waited = 0; waited < waitMs; waited += askAgainMs) {
      const lock = FolderLock.tryNow(folder, name);
      if (lock !== undefined) return lock;
      await wait(askAgainMs);
    }
    return FolderLock.acquireNow(folder, name, doing);
  }

  /** Without waiting. @throws {FolderBusyError} */
  static acquireNow(folder: string, name: string, doing: string): FolderLock {
    const lock = FolderLock.tryNow(folder, name);
    if (lock === undefined) throw new FolderBusyError(`another process is ${doing} in ${folder}`);
    return lock;
  }

  /** The same on a thread that waits meanwhile. @throws {FolderBusyError} after `waitMs`. */
  static acquireSync(
    folder: string,
    name: string,
    { waitMs, doing }: { readonly waitMs: number; readonly doing: string },
  ): FolderLock {
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; waited < waitMs; waited += askAgainMs) {
      const lock = FolderLock.tryNow(folder, name);
      if (lock !== undefined) return lock;
      Atomics.wait(nothing, 0, 0, askAgainMs);
    }
    return FolderLock.acquireNow(folder, name, doing);
  }

  /** `undefined` where another holds it. */
  static tryNow(folder: string, name: string): FolderLock | undefined {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = lockNow(join(folder, `${name}.lock`));
    return database === undefined ? undefined : new FolderLock(database);
  }

  release(): void {
    this.#database.close();
  }
}

function lockNow(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return undefined; // SQLITE_BUSY
    throw error;
  }
}
