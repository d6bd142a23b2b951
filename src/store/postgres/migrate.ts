import { migrations } from '../migrations/migrations.ts';
import { postgresBaseline, postgresBaselineVersion } from '../migrations/postgres-baseline.ts';
import { StoreTooNewError, StoreUnreadableError } from '../store-error.ts';
import type { Connection, Database } from './database.ts';

/** Of `pg_advisory_xact_lock`: `kbgap` in ASCII. Nodes that start together wait for one another. */
const lock = 0x6b_62_67_61_70;

/**
 * Brings the database to today's schema, with the tenant `default` where there is none; all in one transaction, so that a failure leaves
 * it as it was. @throws {StoreTooNewError} and {@link StoreUnreadableError} where the tables are not ours.
 */
export async function migrate(
  database: Database,
  newTenant: { readonly id: string; readonly createdAt: string },
): Promise<void> {
  if ((await database.transaction('snapshot', (on) => readVersion(on, database.place))) === migrations.length) return;
  await database.transaction('write', async (on) => {
    await on.rows('SELECT pg_advisory_xact_lock($1)', [lock]);
    // Read again under the lock: another node may just have done it.
    const version = await readVersion(on, database.place);
    if (version === 0) await begin(on);
    for (const { version: step, name, postgres = [] } of migrations.slice(version)) {
      for (const statement of postgres) await on.rows(statement);
      await on.rows('INSERT INTO schema_migration (version, name) VALUES ($1, $2)', [step, name]);
    }
    await on.rows(
      `INSERT INTO tenant (id, name, created_at) SELECT $1, 'default', $2 WHERE NOT EXISTS (SELECT 1 FROM tenant)`,
      [newTenant.id, newTenant.createdAt],
    );
  });
}

async function begin(on: Connection): Promise<void> {
  await on.rows('CREATE TABLE schema_migration (version integer PRIMARY KEY, name text COLLATE "C" NOT NULL)');
  for (const statement of postgresBaseline) await on.rows(statement);
}

/** Version of the schema; 0 where there is nothing of ours. Changes nothing. */
async function readVersion(on: Connection, place: string): Promise<number> {
  // Out of the table and not by `to_regclass`: a connection may remember that there was none, from before it waited for the lock.
  const [found] = await on.rows(
    `SELECT bool_or(relname = 'schema_migration') AS is_ours, bool_or(relname = 'device') AS is_taken
     FROM pg_catalog.pg_class
     WHERE relname IN ('schema_migration', 'device') AND relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
  );
  if (found?.['is_ours'] !== true) {
    if (found?.['is_taken'] === true) throw new StoreUnreadableError(place, "it is another program's database");
    return 0;
  }
  const [row] = await on.rows('SELECT max(version) AS version FROM schema_migration');
  const version = Number(row?.['version']);
  if (version > migrations.length) throw new StoreTooNewError(place, version, migrations.length);
  if (version < postgresBaselineVersion) throw new StoreUnreadableError(place, "it is another program's database");
  return version;
}
