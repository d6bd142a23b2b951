import type { Connection } from './database.ts';
import type { WriteTransaction } from './write-transaction.ts';

/** In use: a count, and so a device, of any tenant names the patch state, or a change that can still be asked for. */
const unused = `NOT EXISTS (SELECT 1 FROM patch_state_count WHERE patch_state_id = patch_state.id)
  AND NOT EXISTS (SELECT 1 FROM device_change WHERE patch_state_id = patch_state.id)`;

/** Deletes up to `most` rows of a tenant, of whatever table; answers with how many. */
export async function deleteSomeRows(on: Connection, tenantId: string, most: number): Promise<number> {
  let deleted = 0;
  for (const table of await tablesOfTenants(on)) {
    const rows = await on.rows(
      `DELETE FROM ${table} WHERE tenant_id = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE tenant_id = $1 LIMIT $2)) RETURNING 1`,
      [tenantId, most - deleted],
    );
    deleted += rows.length;
    if (deleted >= most) break;
  }
  return deleted;
}

/** What is left, and then the tenant itself: its row is locked first, so that nothing more comes in. */
export async function deleteRest(on: WriteTransaction, tenantId: string): Promise<void> {
  await on.rows('SELECT 1 FROM tenant WHERE id = $1 FOR UPDATE', [tenantId]);
  while ((await deleteSomeRows(on, tenantId, 1000)) > 0);
  await on.rows('DELETE FROM tenant WHERE id = $1', [tenantId]);
  on.notes.touchesDirectory = true;
}

/** Of the next `many` patch states after `after` by id drops those that no device stands in. `undefined` after the last one. */
export async function dropUnusedStates(
  on: Connection,
  after: string,
  many: number,
): Promise<{ readonly last: string | undefined; readonly dropped: readonly string[] }> {
  const [row] = await on.rows('SELECT id FROM patch_state WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2', [
    after,
    many - 1,
  ]);
  const last = typeof row?.['id'] === 'string' ? row['id'] : undefined;
  const dropped = await on.rows(
    `DELETE FROM patch_state WHERE id > $1 AND ($2::text IS NULL OR id <= $2) AND ${unused} RETURNING id`,
    [after, last ?? null],
  );
  return { last, dropped: dropped.map(({ id }) => String(id)) };
}

/**
 * Tables whose rows name a tenant, each before those that its rows refer to: read from the schema, so that a new table is not
 * forgotten. Names are those of our own schema: nobody's input.
 */
async function tablesOfTenants(on: Connection): Promise<readonly string[]> {
  const rows = await on.rows(
    `SELECT c.relname AS name,
       ARRAY(SELECT p.relname::text FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid
         WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS parents
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'tenant'::regclass)
     ORDER BY c.relname`,
  );
  const pending = new Map(rows.map((row) => [String(row['name']), row['parents'] as readonly string[]]));
  const ordered: string[] = [];
  while (pending.size > 0) {
    const parents = new Set([...pending.values()].flat());
    const next = [...pending.keys()].filter((name) => !parents.has(name));
    if (next.length === 0)
      throw new Error(`expected tables without a circle of references, got ${[...pending.keys()].join(', ')}`);
    for (const name of next) pending.delete(name);
    ordered.push(...next);
  }
  return ordered;
}
