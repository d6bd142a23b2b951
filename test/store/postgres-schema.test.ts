import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { migrations } from '../../src/store/migrations/migrations.ts';
import { postgresBaselineVersion } from '../../src/store/migrations/postgres-baseline.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { schemaFaults } from '../support/schema-faults.ts';

const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;

describe('the migrations', () => {
  for (const { version, name, postgres } of migrations.slice(postgresBaselineVersion))
    it(`${version} ${name} says what PostgreSQL needs of it`, () => assert.ok(postgres !== undefined));
});

describe('the schema on PostgreSQL', { skip: missing ?? false }, () => {
  it('can be spread over shards by tenant', async () => {
    assert.ok(cluster);
    const store = openPostgresStore({ url: await cluster.createDatabase('ours') }, { now: () => new Date() });
    await store.opened;
    await store.close();
    assert.deepEqual(await schemaFaults(cluster, 'ours'), []);
  });

  it('has each of its tables in the statements for Citus', async () => {
    assert.ok(cluster);
    const text = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');
    const placed = new Set(
      [...text.matchAll(/create_(?:reference|distributed)_table\('(\w+)'/g)].map(([, name]) => name),
    );
    const tables = await cluster.rows(
      'ours',
      `SELECT c.relname::text AS name FROM pg_class c
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace ORDER BY 1`,
    );
    const names = tables.map(({ name }) => String(name)).filter((name) => name !== 'schema_migration');
    assert.deepEqual(
      names.filter((name) => !placed.has(name)),
      [],
    );
    assert.deepEqual(
      [...placed].filter((name) => name !== undefined && !names.includes(name)),
      [],
    );
  });

  it('is told of each thing that keeps it from that', async () => {
    assert.ok(cluster);
    await cluster.query('ours', 'CREATE TABLE stray (id serial, tenant_id text, PRIMARY KEY (id, tenant_id))');
    await cluster.query('ours', 'CREATE TABLE keyless (tenant_id text)');
    await cluster.query(
      'ours',
      'CREATE TABLE across (tenant_id text PRIMARY KEY, id int, of text, FOREIGN KEY (id, of) REFERENCES stray (id, tenant_id))',
    );
    assert.deepEqual(await schemaFaults(cluster, 'ours'), [
      'across_id_of_fkey refers from across to stray across tenants',
      'stray_id_seq is a sequence',
      'stray_pkey of stray is led by id, not by tenant_id',
      'table keyless has no key',
    ]);
  });
});
