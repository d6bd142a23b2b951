import type { PostgresCluster } from './postgres.ts';

/** Tables whose rows belong to nobody: on a sharded engine each shard has all of them. Every other one belongs to tenants. */
const referenceTables: ReadonlySet<string> = new Set([
  'schema_migration',
  'tenant',
  'patch_state',
  'signing_key',
  'node',
  'lease',
  'catalogue',
]);

const tablesQuery = `
  SELECT c.relname::text AS name, EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS has_key
  FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY 1`;

const uniqueQuery = `
  SELECT t.relname::text AS table_name, i.relname::text AS name, a.attname::text AS first_column
  FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
  LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
  WHERE x.indisunique AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`;

const foreignQuery = `
  SELECT f.conname::text AS name, c.relname::text AS table_name, p.relname::text AS parent,
    (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = f.conkey[1]) AS own_column,
    (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = p.oid AND a.attnum = f.confkey[1]) AS parent_column
  FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid
  WHERE f.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1`;

const sequenceQuery = `
  SELECT relname::text AS name FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace`;

/**
 * What in a database's schema would keep it from being spread over shards by tenant: a table without a key, a key or unique index that
 * the tenant does not lead, a reference from one tenant's rows to another's, a sequence. Sentences, sorted.
 */
export async function schemaFaults(cluster: PostgresCluster, database: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const tables = await cluster.rows(database, tablesQuery);
  const names = new Set(tables.map(({ name }) => String(name)));
  for (const name of referenceTables) if (!names.has(name)) faults.push(`reference table ${name} is not there`);
  for (const { name, has_key: hasKey } of tables) if (hasKey !== true) faults.push(`table ${String(name)} has no key`);
  for (const row of await cluster.rows(database, uniqueQuery)) {
    const [table, first] = [String(row['table_name']), String(row['first_column'])];
    if (!referenceTables.has(table) && first !== 'tenant_id')
      faults.push(`${String(row['name'])} of ${table} is led by ${first}, not by tenant_id`);
  }
  for (const row of await cluster.rows(database, foreignQuery)) {
    const [table, parent] = [String(row['table_name']), String(row['parent'])];
    const staysInside = row['own_column'] === 'tenant_id' && row['parent_column'] === 'tenant_id';
    if (!referenceTables.has(parent) && !staysInside)
      faults.push(`${String(row['name'])} refers from ${table} to ${parent} across tenants`);
  }
  for (const { name } of await cluster.rows(database, sequenceQuery)) faults.push(`${String(name)} is a sequence`);
  return faults.sort();
}
