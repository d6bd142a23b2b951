import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { everyTenant } from '../../src/store/audit-store.ts';
import type { AuditLine } from '../../src/store/audit-store.ts';
import { nameKey } from '../../src/store/name-key.ts';
import { packReport } from '../../src/store/report-bytes.ts';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store, TenantRow } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { deviceId, deviceReport, exposureDay, newTenant } from './device-reports.ts';

const at = '2026-06-10T08:00:00.000Z';

function line(tenantId: string, action: string): AuditLine {
  return { tenantId, at, actor: 'local operator', action, subject: null, detail: {} };
}

/** A tenant with something in every table. */
async function fill(store: Store, tenant: TenantRow, states: readonly string[]): Promise<void> {
  await store.createTenant(tenant, line(tenant.id, 'tenant.created'));
  for (const [index, patchStateId] of states.entries()) {
    const report = deviceReport(tenant.id, index, {
      patchStateId,
      name: `secretive-${tenant.name}-${index}`,
      tags: [`secretive-${tenant.name}`],
      ipAddresses: ['10.0.0.1'],
    });
    const alias = {
      sourceId: `fleet:${index}`,
      deviceId: deviceId(index),
      nameKey: nameKey('x'),
      formerNameKeys: [],
      isCloned: false,
    };
    await store.saveReport({ ...report, alias });
  }
  const secretHash = new Uint8Array(32).fill(tenant.name.length);
  const credentials = { tenantId: tenant.id, secretHash, createdAt: at, revokedAt: null };
  const id = 'a3c2f9de-0000-4000-8000-000000000001';
  await store.saveClient({ ...credentials, id, name: 'siem', roles: [], groups: null });
  await store.sessions.save({
    ...credentials,
    kind: 'session',
    holder: 'client',
    holderId: id,
    name: `secretive-${tenant.name}`,
    roles: [],
    expiresAt: at,
  });
  await store.osquery.saveEnrollSecret({ ...credentials, id, name: 'hosts' });
  await store.osquery.saveNode({
    tenantId: tenant.id,
    id,
    keyHash: secretHash,
    secretId: id,
    hostIdentifier: `secretive-${tenant.name}`,
    hostName: null,
    hardwareId: null,
    serialNumber: null,
    isWindows: true,
    enrolledAt: at,
  });
  const content = packReport(Buffer.from('[]'));
  await store.osquery.changeNodeResults(tenant.id, id, () => [{ query: 'q', content, hash: 'h', receivedAt: at }]);
  await store.views.saveDays(tenant.id, [exposureDay('2026-06-10')]);
  await store.publications.add(
    { tenantId: tenant.id, publishedAt: '2026-06-10T08:00:00.000Z', catalogueId: 'a', ruleSet: '4', content: '{}' },
    { keep: 9 },
  );
}

async function deleteWhole(store: Store, tenantId: string, most = 3): Promise<void> {
  await store.beginTenantDeletion(tenantId, at, line(everyTenant, 'tenant.deleted'));
  while ((await store.deleteTenantRows(tenantId, most)) === most);
  for (let after: string | undefined = ''; after !== undefined;) after = await store.dropUnusedPatchStates(after, 2);
  await store.endTenantDeletion(tenantId);
}

function open(t: TestContext): { readonly folder: string; readonly store: SqliteStore } {
  const folder = temporaryFolder(t);
  const store = openSqliteStore(folder, new Date(at));
  t.after(() => store.close());
  return { folder, store };
}

/** Rows of every table that name a tenant, by table. */
function countRows(folder: string, tenantId: string): ReadonlyMap<string, number> {
  const database = new DatabaseSync(join(folder, 'kbgap.sqlite'), { readOnly: true });
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%tenant_id%'`)
    .all();
  const counts = tables.map(({ name }) => {
    const row = database.prepare(`SELECT count(*) AS n FROM ${String(name)} WHERE tenant_id = ?`).get(tenantId);
    return [String(name), Number(row?.['n'])] as const;
  });
  database.close();
  return new Map(counts);
}

describe('a deleted tenant', () => {
  it('leaves no row in any table, no patch state of its own, and nothing of another tenant goes', async (t) => {
    const { folder, store } = open(t);
    const [gone, stays] = [newTenant('gone'), newTenant('stays')];
    await fill(store, gone, ['state-a', 'state-b', 'state-a', 'state-c', 'state-c']);
    await fill(store, stays, ['state-b', 'state-d']);
    const before = countRows(folder, stays.id);
    for (const [table, rows] of countRows(folder, gone.id)) {
      if (table !== 'device_group') assert.ok(rows > 0, `the test puts nothing into ${table}`);
    }
    await deleteWhole(store, gone.id);
    for (const [table, rows] of countRows(folder, gone.id)) assert.equal(rows, 0, table);
    assert.deepEqual(countRows(folder, stays.id), before);
    assert.deepEqual(
      ['state-a', 'state-b', 'state-c', 'state-d'].filter((id) => store.findPatchState(id) !== undefined),
      ['state-b', 'state-d'],
    );
    assert.deepEqual(store.listCounts(), store.recount());
    assert.deepEqual(
      store.audit.list({ tenantId: everyTenant, top: 10 }).lines.map(({ action }) => action),
      ['tenant.deleted'],
    );
  });

  it('leaves nothing of its names in the files', async (t) => {
    const { folder, store } = open(t);
    const gone = newTenant('gone');
    await fill(store, gone, ['state-a', 'state-b']);
    await deleteWhole(store, gone.id);
    await store.close();
    for (const file of readdirSync(folder))
      assert.equal(readFileSync(join(folder, file)).includes('secretive-gone'), false, file);
  });

  it('is seen by nobody as soon as its deletion begins, and takes nothing in when it is gone', async (t) => {
    const { store } = open(t);
    const gone = newTenant('gone');
    await fill(store, gone, ['state-a']);
    await store.beginTenantDeletion(gone.id, at, line(everyTenant, 'tenant.deleted'));
    await store.beginTenantDeletion(gone.id, at, line(everyTenant, 'tenant.deleted'));
    assert.deepEqual(
      store.listTenants().map(({ name }) => name),
      ['default'],
    );
    assert.deepEqual(store.listTenantsInDeletion(), [{ id: gone.id, name: 'gone' }]);
    assert.deepEqual([store.listCounts(), store.recount()], [[], []]);
    await assert.rejects(store.createTenant(newTenant('gone')), { code: 'tenant-exists' });
    // As a process does that has not heard of it.
    await store.saveReport(deviceReport(gone.id, 9));
    await store.endTenantDeletion(gone.id);
    await assert.rejects(store.saveReport(deviceReport(gone.id, 9)), { code: 'tenant-not-found' });
    assert.equal(store.findDevice(gone.id, deviceId(9)), undefined);
    assert.equal(store.audit.list({ tenantId: everyTenant, top: 10 }).lines.length, 1);
    await store.createTenant(newTenant('gone'));
  });

  it('is never the last one', async (t) => {
    const { store } = open(t);
    const [only] = store.listTenants();
    assert.ok(only);
    const begun = store.beginTenantDeletion(only.id, at, line(everyTenant, 'tenant.deleted'));
    await assert.rejects(begun, { code: 'last-tenant' });
    assert.deepEqual(store.audit.list({ tenantId: everyTenant, top: 10 }).lines, []);
    await store.createTenant(newTenant('other'));
    await deleteWhole(store, only.id);
    assert.deepEqual(
      store.listTenants().map(({ name }) => name),
      ['other'],
    );
  });
});
