import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** In use: a count, and so a device, of any tenant names the patch state, or a change that can still be asked for. */
const unused = `NOT EXISTS (SELECT 1 FROM patch_state_count WHERE patch_state_id = patch_state.id)
  AND NOT EXISTS (SELECT 1 FROM device_change WHERE patch_state_id = patch_state.id)`;

/**
 * All that the tables hold of one tenant, whatever they are: read from the schema, so that a new table is not forgotten. The methods
 * belong inside a transaction. What is deleted is overwritten in the file.
 */
export class TenantRows {
  readonly #database: DatabaseSync;
  readonly #deletions: readonly StatementSync[];
  readonly #statesAfter: StatementSync;
  readonly #dropStates: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#deletions = childrenFirst(database).map((table) => deletionFrom(database, table));
    this.#statesAfter = database.prepare('SELECT id FROM patch_state WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?');
    this.#dropStates = database.prepare(`DELETE FROM patch_state WHERE id > ? AND id <= ? AND ${unused}`);
  }

  /** Deletes up to `most` rows; answers with how many. */
  deleteSome(tenantId: string, most: number): number {
    return this.#overwriting(() => {
      let deleted = 0;
      for (const deletion of this.#deletions) {
        deleted += Number(deletion.run(tenantId, most - deleted).changes);
        if (deleted >= most) break;
      }
      return deleted;
    });
  }

  /** What is left, and then the tenant itself. */
  deleteRest(tenantId: string): void {
    while (this.deleteSome(tenantId, 1000) > 0);
    this.#database.prepare('DELETE FROM tenant WHERE id = ?').run(tenantId);
  }

  /** Of the next `many` patch states after `after` by id drops those that no device stands in. `undefined` after the last one. */
  dropUnusedStates(after: string, many: number): string | undefined {
    const last = this.#statesAfter.get(after, many - 1)?.['id'];
    this.#overwriting(() => this.#dropStates.run(after, typeof last === 'string' ? last : '\u{10ffff}'));
    return typeof last === 'string' ? last : undefined;
  }

  #overwriting<Result>(work: () => Result): Result {
    this.#database.exec('PRAGMA secure_delete = ON');
    try {
      return work();
    } finally {
      this.#database.exec('PRAGMA secure_delete = OFF');
    }
  }
}

interface Table {
  readonly name: string;
  readonly key: readonly string[];
  readonly parents: readonly string[];
}

/** Tables whose rows name a tenant, each before those that its rows refer to. */
function childrenFirst(database: DatabaseSync): readonly Table[] {
  const pending = new Map(tablesOfTenants(database).map((table) => [table.name, table]));
  const ordered: Table[] = [];
  while (pending.size > 0) {
    const parents = new Set([...pending.values()].flatMap((table) => table.parents));
    const next = [...pending.values()].filter(({ name }) => !parents.has(name));
    if (next.length === 0)
      throw new Error(`expected tables without a circle of references, got ${[...pending.keys()].join(', ')}`);
    for (const table of next) pending.delete(table.name);
    ordered.push(...next);
  }
  return ordered;
}

function tablesOfTenants(database: DatabaseSync): readonly Table[] {
  const names = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  return names.flatMap(({ name }) => {
    const table = String(name);
    const columns = database.prepare('SELECT name, pk FROM pragma_table_info(?) ORDER BY pk').all(table);
    if (!columns.some((column) => column['name'] === 'tenant_id')) return [];
    const hasRowId = database.prepare('SELECT wr FROM pragma_table_list(?)').get(table)?.['wr'] === 0;
    const key = columns.filter(({ pk }) => Number(pk) > 0).map((column) => String(column['name']));
    const parents = database.prepare('SELECT DISTINCT "table" AS parent FROM pragma_foreign_key_list(?)').all(table);
    return [
      {
        name: table,
        key: hasRowId ? ['rowid'] : key,
        parents: parents.map(({ parent }) => String(parent)).filter((each) => each !== table),
      },
    ];
  });
}

/** Names are those of our own schema: nobody's input. */
function deletionFrom(database: DatabaseSync, { name, key }: Table): StatementSync {
  const columns = key.join(', ');
  return database.prepare(
    `DELETE FROM ${name} WHERE (${columns}) IN (SELECT ${columns} FROM ${name} WHERE tenant_id = ? LIMIT ?)`,
  );
}
