import { DummyDriver, Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { DeviceListTables, ListCompiler } from '../device-list-query.ts';

/** Compiles lists to SQLite's SQL; it never runs one. */
export function createSqliteListCompiler(): ListCompiler {
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
    dialect: {
      elementsOf: (column) => sql`json_each(${sql.ref(column)}) as element`,
      // LIKE would take % and _ for wildcards and fold ASCII letters.
      contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
    },
  };
}
