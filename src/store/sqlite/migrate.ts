import type { DatabaseSync } from 'node:sqlite';
import { migrations } from '../migrations/migrations.ts';
import { StoreTooNewError, StoreUnreadableError } from '../store-error.ts';

/**
 * Brings `database` to today's schema; all missing steps in one transaction, so that a failure leaves it as it was.
 * @throws {StoreTooNewError} and {@link StoreUnreadableError} where the tables are not ours.
 */
export function migrate(database: DatabaseSync, path: string): void {
  if (readVersion(database, path) === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again under the lock: another process may just have done it.
    const version = readVersion(database, path);
    if (version === 0) {
      database.exec('CREATE TABLE schema_migration (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT');
    }
    const record = database.prepare('INSERT INTO schema_migration (version, name) VALUES (?, ?)');
    for (const migration of migrations.slice(version)) {
      for (const statement of migration.statements) database.exec(statement);
      record.run(migration.version, migration.name);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Version of the schema; 0 for an empty database. Changes nothing.
 * @throws {StoreTooNewError} and {@link StoreUnreadableError} where the tables are not ours.
 */
export function readVersion(database: DatabaseSync, path: string): number {
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  if (tables.length === 0) return 0;
  if (!tables.some(({ name }) => name === 'schema_migration')) {
    throw new StoreUnreadableError(path, "it is another program's database");
  }
  const version = Number(database.prepare('SELECT max(version) AS version FROM schema_migration').get()?.['version']);
  if (version > migrations.length) throw new StoreTooNewError(path, version, migrations.length);
  return version;
}
