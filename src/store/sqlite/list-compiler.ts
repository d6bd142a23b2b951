import { DummyDriver, Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { DeviceListTables, ListCompiler } from '../device-list-query.ts';

/** Compiles lists to SQLite's SQL. `count` runs what tells how to look. */
export function createSqliteListCompiler(count: ListCompiler['count']): ListCompiler {
  const kysely = new Kysely<DeviceListTables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return {
    kysely,
    count,
    dialect: {
      elementsOf: (column) => sql`json_each(${sql.ref(column)}) as element`,
      textsOf: (json) => sql`select value from json_each(${json})`,
      unindexed: (column) => sql`+${sql.ref(column)}`,
      folded: (text) => sql`fold_text(${text})`,
      shownAddress: (column) => sql`fold_text(shown_address(${sql.ref(column)}))`,
      // LIKE would take % and _ for wildcards and fold ASCII letters.
      contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
      keyedBy: 'number',
    },
  };
}
