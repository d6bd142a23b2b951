import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { packReport } from '../../src/store/report-bytes.ts';
import { migrations } from '../../src/store/migrations/migrations.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { deviceId } from './device-reports.ts';

/** A store as version 3 left it: two tenants with a device of one id, one of two sources and an alias. */
function writeVersion3(folder: string): void {
  const database = new DatabaseSync(join(folder, 'kbgap.sqlite'));
  database.exec('PRAGMA foreign_keys = ON');
  database.exec('CREATE TABLE schema_migration (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT');
  for (const { version, name, statements } of migrations.slice(0, 3)) {
    for (const statement of statements) database.exec(statement);
    database.prepare('INSERT INTO schema_migration VALUES (?, ?)').run(version, name);
  }
  const at = '2026-06-10T08:00:00.000Z';
  database.exec(`INSERT INTO patch_state VALUES ('state-a', '{}')`);
  const device = database.prepare(
    `INSERT INTO device (tenant_id, id, name, name_key, tags, ip_addresses, first_seen_at, reported_at, patch_state_id)
     VALUES (?, ?, 'PC', 'pc', '["a"]', '[]', '2026-01-01T00:00:00.000Z', ?, 'state-a')`,
  );
  const report = database.prepare('INSERT INTO device_report VALUES (?, ?, ?, ?, ?, ?, 3, ?)');
  for (const tenant of ['t1', 't2']) {
    database.prepare('INSERT INTO tenant VALUES (?, ?, ?)').run(tenant, `name of ${tenant}`, at);
    device.run(tenant, deviceId(1), at);
    report.run(tenant, deviceId(1), 'native', 'native', at, at, packReport(Buffer.from(`of ${tenant}`)));
    database.prepare(`INSERT INTO patch_state_count VALUES (?, '', 'state-a', 1)`).run(tenant);
  }
  report.run('t1', deviceId(1), 'agent', 'osquery', at, at, packReport(Buffer.from('agent')));
  database
    .prepare('INSERT INTO device_alias VALUES (?, ?, ?, ?, ?, 0)')
    .run('t1', 'fleet:1', deviceId(1), 'pc', '["old"]');
  database.close();
}

describe('a store from before devices were numbered', () => {
  it('keeps devices, reports, aliases and counts, each in its tenant', async (t) => {
    const folder = temporaryFolder(t);
    writeVersion3(folder);
    const store = openSqliteStore(folder, new Date('2026-06-11T08:00:00Z'));
    t.after(() => store.close());
    const textsOf = (tenant: string): readonly string[] =>
      store
        .listReports(tenant, deviceId(1))
        .map(({ source, revision, content }) => `${source} ${revision} ${Buffer.from(content).toString()}`);
    assert.deepEqual(textsOf('t1'), ['agent 3 agent', 'native 3 of t1']);
    assert.deepEqual(textsOf('t2'), ['native 3 of t2']);
    assert.equal(store.findDevice('t2', deviceId(1))?.firstSeenAt, '2026-01-01T00:00:00.000Z');
    assert.deepEqual(store.findAlias('t1', 'fleet:1')?.formerNameKeys, ['old']);
    assert.deepEqual(store.recount(), store.listCounts());

    const tagged = (tenantId: string): number =>
      store.listDevices(
        { tenantId, groups: null },
        { filter: { kind: 'compare', property: 'tags', operator: 'eq', value: 'A' }, top: 10, skip: 0 },
      ).devices.length;
    assert.deepEqual([tagged('t1'), tagged('t2')], [1, 1], 'found by tag');

    await store.deleteDevice('t1', deviceId(1));
    assert.deepEqual(textsOf('t1'), []);
    assert.deepEqual([tagged('t1'), tagged('t2')], [0, 1]);
    assert.equal(store.findAlias('t1', 'fleet:1'), undefined);
    assert.deepEqual(textsOf('t2'), ['native 3 of t2'], "the other tenant's stays");
  });
});
