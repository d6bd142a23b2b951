import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import type { DeviceListTables, ListCompiler } from '../device-list-query.ts';
import { storable } from './storable.ts';

/** Lists of devices compiled to PostgreSQL's SQL. Its planner has statistics of its own, so that nothing is counted ahead. */
export function createPostgresListCompiler(): ListCompiler {
  const kysely = new Kysely<DeviceListTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return {
    kysely,
    count: () => 0,
    dialect: {
      // Lists are kept folded beside the lists as reported.
      elementsOf: (column) => sql`unnest(${sql.ref(foldedColumns[column] ?? column)}) as element(value)`,
      textsOf: (json) => sql`select unnest(${(JSON.parse(json) as readonly string[]).map(storable)}::text[])`,
      unindexed: (column) => sql`(${sql.ref(column)} || '')`,
      folded: (text) => text,
      shownAddress: () => sql.ref('shown_address'),
      typed: (value) =>
        typeof value === 'number' ? sql`${value}::float8` : sql`(${storable(value)}::text collate "C")`,
      contains: (text, part) => sql`strpos(${text}, ${part}) > 0`,
    },
  };
}

const foldedColumns: Readonly<Record<string, string>> = { tags: 'folded_tags', ip_addresses: 'folded_addresses' };
