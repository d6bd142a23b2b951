import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { damageOf } from '../store-damage.ts';
import { StoreTooNewError, StoreUnreadableError } from '../store-error.ts';
import { addFunctions } from './functions.ts';
import { migrate, readVersion } from './migrate.ts';

/** How long a write waits for another process's transaction. */
const busyTimeoutMs = 5000;

/**
 * The database of a data folder, made and brought to today's schema where needed. The folder is for its owner alone
 * where it is new or empty (an existing one with other things in it keeps its rights); the file always is.
 * @throws {StoreUnreadableError} {@link StoreTooNewError}
 */
export function openDatabase(dataFolder: string): DatabaseSync {
  const path = join(dataFolder, 'kbgap.sqlite');
  try {
    prepareFolder(dataFolder);
    closeSync(openSync(path, 'a', 0o600));
    return connect(path);
  } catch (error) {
    if (error instanceof StoreUnreadableError || error instanceof StoreTooNewError) throw error;
    // What is no database at all may well be another program's file.
    const damage = hasCode(error, notADatabase) ? undefined : damageOf(error);
    if (damage !== undefined)
      throw new StoreUnreadableError(
        path,
        `it is damaged (${damage}): move it away and restore the last backup`,
        error,
      );
    throw new StoreUnreadableError(path, error instanceof Error ? error.message : String(error), error);
  }
}

/** Another connection to a database that is open, for reads that take their time. */
export function openReader(dataFolder: string): DatabaseSync {
  return new DatabaseSync(join(dataFolder, 'kbgap.sqlite'), { timeout: busyTimeoutMs });
}

function prepareFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  else if (readdirSync(folder).length === 0) closeToOthers(folder);
}

function closeToOthers(folder: string): void {
  try {
    chmodSync(folder, 0o700);
  } catch {
    // Not ours to close (a mounted volume): the files in it are closed all the same.
  }
}

/**
 * Ids of devices are hashes: writes go all over the tables, so that more of them fit into memory (32 MB) and the log is carried
 * over less often (every 64 MB), each page then once for many writes.
 */
const settingsForWrites = 'PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 16384';

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    // Before anything is written: another program's file stays as it is.
    readVersion(database, path);
    // FULL and not NORMAL: an answered report has to survive a power cut too; group commit pays for it.
    database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    switchToWal(database);
    database.exec(settingsForWrites);
    addFunctions(database);
    migrate(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Two processes that make a new database at once: SQLite refuses one of them without waiting. */
function switchToWal(database: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (attempt === 20 || !hasCode(error, busy)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

/** SQLITE_BUSY and SQLITE_NOTADB. */
const busy = 5;
const notADatabase = 26;

/** Whether SQLite failed so, with whatever extended code. */
function hasCode(error: unknown, code: number): boolean {
  return (
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === code
  );
}
