import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { StoreUnreadableError } from '../store-error.ts';
import { addFunctions } from './functions.ts';
import { readVersion } from './migrate.ts';

/** Every page in one step: in steps SQLite would begin anew with each write of a server, and never end. */
const allPages = 0x7fffffff;

/**
 * Copies the store of a data folder as it stands, while others read and write it.
 * @throws {StoreUnreadableError} where there is none.
 */
export async function copyDatabase(dataFolder: string, file: string): Promise<void> {
  const path = join(dataFolder, 'kbgap.sqlite');
  if (!existsSync(path)) throw new StoreUnreadableError(path, 'there is none');
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    readVersion(database, path);
    await backup(database, file, { rate: allPages });
  } finally {
    database.close();
  }
}

/**
 * Reads a whole store and compares its tables with their indexes.
 * @throws {StoreUnreadableError} naming the first damage. {@link StoreTooNewError}
 */
export function checkDatabase(file: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    addFunctions(database);
    if (readVersion(database, file) === 0) throw new StoreUnreadableError(file, 'it is empty');
    const [first] = database.prepare('PRAGMA integrity_check(1)').all();
    const says = String(first?.['integrity_check']);
    if (says !== 'ok') throw new StoreUnreadableError(file, `it is damaged (${says})`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('store-')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreUnreadableError(file, `it is damaged (${reason})`, error);
  } finally {
    database?.close();
  }
}
