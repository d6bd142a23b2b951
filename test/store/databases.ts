import { after, it } from 'node:test';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';

/** A database that the contract runs on. `open` may be called again on one folder, also while it is open. */
export interface DatabaseOfThisRun {
  readonly name: string;
  open(folder: string): Promise<Store>;
}

const now = new Date('2026-06-10T08:00:00Z');
const missing = whyNoPostgres();
if (missing !== undefined) it('runs on PostgreSQL', { skip: missing });

// Here and not in a test, so that it lives until the last of them.
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;
const urls = new Map<string, Promise<string>>();

/** A database of its own for each folder, on one server for all tests of a file. */
async function openOnPostgres(folder: string): Promise<Store> {
  if (cluster === undefined) throw new Error('expected a server, but there is none');
  const made = urls.get(folder) ?? cluster.createDatabase(`kbgap_${urls.size}`);
  urls.set(folder, made);
  const store = openPostgresStore({ url: await made, poolSize: 4 }, { now: () => now });
  await store.opened;
  return store;
}

export const databasesOfThisRun: readonly DatabaseOfThisRun[] = [
  { name: 'SQLite', open: async (folder) => openSqliteStore(folder, now) },
  ...(missing === undefined ? [{ name: 'PostgreSQL', open: openOnPostgres }] : []),
];
