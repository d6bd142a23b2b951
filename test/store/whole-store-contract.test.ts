import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { everyTenant, type AuditLine } from '../../src/store/audit-store.ts';
import type { DeviceChange } from '../../src/store/device-snapshot.ts';
import type { Store, Tenant } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { databasesOfThisRun, type DatabaseOfThisRun } from './databases.ts';
import { deviceId, deviceReport, newTenant, whole } from './device-reports.ts';

const at = '2026-06-10T08:00:00.000Z';

function line(tenantId: string, action: string): AuditLine {
  return { tenantId, at, actor: 'local operator', action, subject: null, detail: {} };
}

async function open(t: TestContext, database: DatabaseOfThisRun): Promise<{ store: Store; tenant: Tenant }> {
  const store = await database.open(temporaryFolder(t));
  t.after(() => store.close());
  const [tenant] = store.listTenants();
  assert.ok(tenant);
  return { store, tenant };
}

/** `1 a>b`: device 1 was in state a and is in b; `-` where it was or is not there. */
async function told(changes: AsyncIterable<readonly DeviceChange[]> | undefined): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of changes ?? [])
    for (const { id, before, now } of page)
      found.push(`${Number(`0x${id}`)} ${before?.patchStateId ?? '-'}>${now?.patchStateId ?? '-'}`);
  return found;
}

for (const database of databasesOfThisRun) {
  describe(`snapshots on ${database.name}`, () => {
    it('stand still, and tell what changed since an earlier one', async (t) => {
      const { store, tenant } = await open(t, database);
      const report = (n: number, patchStateId: string) =>
        store.saveReport(deviceReport(tenant.id, n, { patchStateId }));
      for (const n of [1, 2, 3, 4]) await report(n, 'a');
      const first = await store.openSnapshot(tenant.id);
      await report(2, 'b');
      await report(2, 'c');
      await report(3, 'b');
      await report(3, 'a');
      await report(5, 'a');
      await store.deleteDevice(tenant.id, deviceId(4));
      const idsOf = async (top: number, after = ''): Promise<readonly number[]> =>
        (await first.list(after, top)).map(({ id }) => Number(`0x${id}`));
      assert.deepEqual(
        [await idsOf(10), await idsOf(2), await idsOf(9, deviceId(2))],
        [
          [1, 2, 3, 4],
          [1, 2],
          [3, 4],
        ],
      );
      const { mark } = first;
      first.close();
      const second = await store.openSnapshot(tenant.id);
      assert.ok(second.mark > mark);
      assert.deepEqual(await told(second.listChanges(mark, false)), ['2 a>c', '3 a>a', '4 a>-', '5 ->a']);
      assert.deepEqual(await told(second.listChanges(mark, true)), ['1 a>a', '2 a>c', '3 a>a', '5 ->a', '4 a>-']);
      assert.deepEqual(await told(second.listChanges(second.mark, false)), []);
      assert.equal(second.listChanges(second.mark + 1, false), undefined);
      second.close();
      await store.pruneChanges(new Date(Date.now() + 60_000));
      const third = await store.openSnapshot(tenant.id);
      assert.equal(third.listChanges(mark, false), undefined);
      assert.ok(third.mark >= second.mark);
      third.close();
    });
  });

  describe(`lists by what patch states decide on ${database.name}`, () => {
    for (const [says, values, ids] of [
      ['numbers', [9, 10], [3, 1, 2]],
      ['texts', ['a', 'Z'], [3, 2, 1]],
      ['nothing', [], [1, 2, 3]],
    ] as const)
      it(`are sorted by ${says}, and go on behind each row`, async (t) => {
        const { store, tenant } = await open(t, database);
        for (const n of [1, 2, 3])
          await store.saveReport(deviceReport(tenant.id, n, { patchStateId: `s${n}`, name: null }));
        const stateValues = values.map((value, n) => ({ value, states: [`s${n + 1}`, 'unknown'] }));
        const query = { orderBy: [{ stateValues, isDescending: false }], top: 10, skip: 0 };
        const list = async (after?: readonly (string | number | null)[]): Promise<readonly number[]> => {
          const page = await store.listDevices(whole(tenant.id), after === undefined ? query : { ...query, after });
          return page.devices.map(({ id }) => Number(`0x${id}`));
        };
        assert.deepEqual(await list(), ids);
        for (const [at, id] of ids.entries())
          assert.deepEqual(await list([values[id - 1] ?? null, deviceId(id)]), ids.slice(at + 1));
      });
  });

  describe(`groups, sessions and the audit trail on ${database.name}`, () => {
    it('keep devices where rules and hands put them, with the counts', async (t) => {
      const { store, tenant } = await open(t, database);
      for (const n of [1, 2, 3]) await store.saveReport(deviceReport(tenant.id, n));
      const rule = { tags: [], names: [], osPlatforms: [], ipRanges: [] };
      await store.groups.change(
        tenant.id,
        (kept, id) => [...kept, { tenantId: tenant.id, id, name: 'Berlin', rank: 1, rule, createdAt: at }],
        line(tenant.id, 'group.created'),
      );
      assert.deepEqual(
        store.groups.list().map(({ id, name }) => [id, name]),
        [[1, 'Berlin']],
      );
      assert.deepEqual(store.groups.listRevisions(), [{ tenantId: tenant.id, revision: 1, groupedRevision: 0 }]);
      await store.groups.regroup(tenant.id, [1, 2].map(deviceId), () => 'Berlin');
      await store.groups.endRegrouping(tenant.id, 1);
      const to = { group: '', groupOf: () => 'Berlin', line: line(tenant.id, 'device.grouped') };
      assert.equal((await store.groups.assign(tenant.id, deviceId(2), to))?.deviceGroup, '');
      assert.equal(await store.groups.assign(tenant.id, deviceId(9), to), undefined);
      const byGroup = store.listCounts().map(({ deviceGroup, devices }) => [deviceGroup, devices]);
      assert.deepEqual(byGroup, [
        ['', 2],
        ['Berlin', 1],
      ]);
      assert.deepEqual(store.listCounts(), await store.recount());
      const placed = await store.groups.listDevices(tenant.id, '', 10);
      assert.deepEqual(
        placed.map(({ deviceGroup, assignedGroup }) => [deviceGroup, assignedGroup]),
        [
          ['Berlin', null],
          ['', ''],
          ['', null],
        ],
      );
    });

    it('give a link to one of two, and forget what expired', async (t) => {
      const { store, tenant } = await open(t, database);
      const session = (n: number, expiresAt: string) => ({
        tenantId: tenant.id,
        secretHash: new Uint8Array(32).fill(n),
        kind: 'link' as const,
        holder: 'operator' as const,
        holderId: 'o',
        name: 'operator',
        roles: ['Machine.Read.All'],
        createdAt: at,
        expiresAt,
      });
      await store.sessions.save(session(1, '2026-07-01T00:00:00.000Z'));
      await store.sessions.save(session(2, '2026-06-01T00:00:00.000Z'));
      assert.equal(store.sessions.list().length, 2);
      await store.sessions.removeExpired('2026-06-02T00:00:00.000Z');
      const taken = await Promise.all([1, 2].map(() => store.sessions.take(tenant.id, new Uint8Array(32).fill(1))));
      assert.equal(taken.filter((row) => row !== undefined).length, 1);
      assert.deepEqual(store.sessions.list(), []);
    });

    it('keep lines of one instant apart, in their order', async (t) => {
      const { store, tenant } = await open(t, database);
      await Promise.all(['one', 'two', 'three'].map((action) => store.audit.add(line(tenant.id, action))));
      const { lines, hasMore } = await store.audit.list({ tenantId: tenant.id, top: 2 });
      assert.deepEqual([lines.map(({ action }) => action), hasMore], [['one', 'two'], true]);
      const rest = await store.audit.list({ tenantId: tenant.id, after: lines[1]?.at ?? '', top: 2 });
      assert.deepEqual(
        rest.lines.map(({ action }) => action),
        ['three'],
      );
    });
  });

  describe(`a deleted tenant on ${database.name}`, () => {
    it('goes piece by piece with its patch states, and takes nothing in afterwards', async (t) => {
      const { store, tenant } = await open(t, database);
      const gone = newTenant('gone');
      await store.createTenant(gone, line(gone.id, 'tenant.created'));
      for (const n of [1, 2, 3])
        await store.saveReport(deviceReport(gone.id, n, { patchStateId: `gone-${n}`, tags: ['a'] }));
      await store.saveReport(deviceReport(tenant.id, 1, { patchStateId: 'gone-1' }));
      await store.beginTenantDeletion(gone.id, at, line(everyTenant, 'tenant.deleted'));
      assert.deepEqual(store.listTenantsInDeletion(), [{ id: gone.id, name: 'gone' }]);
      assert.equal(store.listCounts().length, 1);
      while ((await store.deleteTenantRows(gone.id, 3)) === 3);
      for (let after: string | undefined = ''; after !== undefined;)
        after = await store.dropUnusedPatchStates(after, 2);
      await store.endTenantDeletion(gone.id);
      assert.deepEqual(
        [1, 2, 3].map((n) => store.findPatchState(`gone-${n}`) !== undefined),
        [true, false, false],
      );
      await assert.rejects(store.saveReport(deviceReport(gone.id, 9)), { code: 'tenant-not-found' });
      assert.deepEqual(store.listCounts(), await store.recount());
      const [only] = store.listTenants();
      const last = store.beginTenantDeletion(only?.id ?? '', at, line(everyTenant, 'tenant.deleted'));
      await assert.rejects(last, { code: 'last-tenant' });
      await store.createTenant(newTenant('gone'));
    });
  });
}
