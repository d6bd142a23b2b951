import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { packReport } from '../../src/store/report-bytes.ts';
import { basisOf } from '../../src/store/store.ts';
import type { DeviceReport, Store, Tenant } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { databasesOfThisRun, type DatabaseOfThisRun } from './databases.ts';
import { deviceId, deviceReport, newTenant, whole } from './device-reports.ts';

for (const database of databasesOfThisRun) {
  describe(`store on ${database.name}`, () => {
    it('has the tenant default from the start, with one GUID for good', async (t) => {
      const { folder, store, tenant } = await openNew(t, database);
      assert.match(tenant.id, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.equal(tenant.name, 'default');
      await store.close();
      assert.deepEqual((await reopen(t, database, folder)).listTenants(), [tenant]);
    });

    it('keeps a report with all that belongs to it, also after reopening', async (t) => {
      const { folder, store, tenant } = await openNew(t, database);
      const report = deviceReport(tenant.id, 1, {
        tags: ['site:münchen', "o'neil"],
        ipAddresses: ['10.1.2.3', 'fe80::1'],
      });
      assert.deepEqual(await store.saveReport(report), { changed: true, isOutdated: false, isOlder: false });
      await store.close();

      const again = await reopen(t, database, folder);
      assert.deepEqual(await again.findDevice(tenant.id, deviceId(1)), {
        ...report.device,
        firstSeenAt: report.device.reportedAt,
      });
      assert.deepEqual(again.findPatchState('state-a'), JSON.parse(report.patchState));
      const [raw] = await again.listReports(tenant.id, deviceId(1));
      assert.equal(raw?.format, report.format);
      assert.equal(new TextDecoder().decode(raw.content), 'report of device 1');
      assert.deepEqual(again.listCounts(), [
        { tenantId: tenant.id, deviceGroup: '', patchStateId: 'state-a', devices: 1 },
      ]);
    });

    it('keeps the last report of each source, and says where another came in between', async (t) => {
      const { store, tenant } = await openNew(t, database);
      const from = (source: string, basis: string, text = source): DeviceReport => ({
        ...deviceReport(tenant.id, 1),
        source,
        basis,
        packed: packReport(new TextEncoder().encode(text)),
      });
      const held = async (except?: string): Promise<readonly (readonly string[])[]> =>
        (await store.listReports(tenant.id, deviceId(1), except)).map(({ source, content }) => [
          source,
          new TextDecoder().decode(content),
        ]);
      await store.saveReport(from('a', ''));
      assert.equal((await store.saveReport(from('b', ''))).isOutdated, true, 'a is not in its basis');
      assert.deepEqual(await held(), [['a', 'a']]);
      const basis = basisOf(await store.listReports(tenant.id, deviceId(1), 'b'));
      const [first, second] = await Promise.all([
        store.saveReport(from('b', basis)),
        store.saveReport(from('a', '', 'again')),
      ]);
      assert.deepEqual([first.isOutdated, second.isOutdated], [false, true]);
      await store.saveReport(from('a', basisOf(await store.listReports(tenant.id, deviceId(1), 'a')), 'again'));
      assert.deepEqual(await held(), [
        ['a', 'again'],
        ['b', 'b'],
      ]);
      assert.deepEqual(await held('a'), [['b', 'b']]);
      assert.equal((await store.saveReport(from('b', basis))).isOutdated, true, 'a was reported again');
    });

    it('keeps the report of a source that saw the device last, where both say when', async (t) => {
      const { store, tenant } = await openNew(t, database);
      const seen = (observedAt: string, reportedAt: string): DeviceReport => ({
        ...deviceReport(tenant.id, 1, { reportedAt }),
        observedAt,
      });
      const [monday, tuesday, friday] = ['2026-06-01', '2026-06-02', '2026-06-05'].map((day) => `${day}T08:00:00.000Z`);
      await store.saveReport(seen(tuesday ?? '', friday ?? ''));
      assert.equal((await store.saveReport(seen(monday ?? '', friday ?? ''))).isOlder, true);
      assert.equal((await store.listReports(tenant.id, deviceId(1)))[0]?.observedAt, tuesday);
      assert.equal((await store.saveReport(seen(tuesday ?? '', friday ?? ''))).isOlder, false, 'the same again');
      assert.equal((await store.saveReport(seen(friday ?? '', friday ?? ''))).isOlder, false, 'seen when it came');
      assert.equal(
        (await store.saveReport(seen(monday ?? '', tuesday ?? ''))).isOlder,
        false,
        'the held one had no time',
      );
    });

    it('keeps how reporting systems name a device, until it is deleted', async (t) => {
      const { store, tenant } = await openNew(t, database);
      const alias = {
        sourceId: 'fleet:1',
        deviceId: deviceId(1),
        nameKey: 'pc1',
        formerNameKeys: ['pc0'],
        isCloned: false,
      };
      await store.saveReport({ ...deviceReport(tenant.id, 1), alias });
      assert.deepEqual(await store.findAlias(tenant.id, 'fleet:1'), alias);
      assert.equal(await store.findAlias('another', 'fleet:1'), undefined);
      assert.deepEqual(await store.listAliases(tenant.id, deviceId(1)), [alias]);
      await store.deleteDevice(tenant.id, deviceId(1));
      assert.equal(await store.findAlias(tenant.id, 'fleet:1'), undefined);
    });

    it('keeps the first-seen instant and says whether the patch state changed', async (t) => {
      const { store, tenant } = await openNew(t, database);
      const later = '2026-06-11T08:00:00.000Z';
      await store.saveReport(deviceReport(tenant.id, 1));
      assert.deepEqual(await store.saveReport(deviceReport(tenant.id, 1, { reportedAt: later })), {
        changed: false,
        isOutdated: false,
        isOlder: false,
      });
      assert.deepEqual(await store.saveReport(deviceReport(tenant.id, 1, { patchStateId: 'state-b' })), {
        changed: true,
        isOutdated: false,
        isOlder: false,
      });
      assert.equal((await store.findDevice(tenant.id, deviceId(1)))?.firstSeenAt, '2026-06-10T08:00:00.000Z');
      assert.deepEqual(
        store.listCounts().map(({ patchStateId, devices }) => [patchStateId, devices]),
        [['state-b', 1]],
      );
    });

    it('finds names in any case, also beyond ASCII', async (t) => {
      const { store, tenant } = await openNew(t, database);
      await store.saveReport(deviceReport(tenant.id, 1, { name: 'BÜRO-PC.Contoso.com' }));
      assert.equal((await store.findDevicesByName(whole(tenant.id), 'büro-pc.contoso.COM'))[0]?.id, deviceId(1));
      assert.deepEqual(await store.findDevicesByName(whole(tenant.id), 'büro-pc'), []);
    });

    it('keeps tenants apart', async (t) => {
      const { store, tenant } = await openNew(t, database);
      const other = newTenant('other');
      await store.createTenant(other);
      await store.saveReport(deviceReport(tenant.id, 1));
      await store.saveReport(deviceReport(other.id, 1, { name: 'theirs' }));
      assert.equal((await store.findDevice(other.id, deviceId(1)))?.name, 'theirs');
      assert.equal((await store.findDevice(tenant.id, deviceId(1)))?.name, 'device-1.contoso.com');
      assert.deepEqual(await store.findDevicesByName(whole(tenant.id), 'theirs'), []);
      await store.deleteDevice(tenant.id, deviceId(1));
      assert.equal((await store.listDevices(whole(other.id), { top: 10, skip: 0 })).devices.length, 1);
      assert.deepEqual(
        store.listCounts().map(({ tenantId, devices }) => [tenantId, devices]),
        [[other.id, 1]],
      );
    });

    it('refuses a taken tenant name', async (t) => {
      const { store } = await openNew(t, database);
      await assert.rejects(store.createTenant(newTenant('default')), { code: 'tenant-exists' });
    });

    it('forgets a deleted device whole', async (t) => {
      const { store, tenant } = await openNew(t, database);
      await store.saveReport(deviceReport(tenant.id, 1));
      assert.equal((await store.deleteDevice(tenant.id, deviceId(1)))?.id, deviceId(1));
      assert.equal(await store.deleteDevice(tenant.id, deviceId(1)), undefined);
      assert.equal(await store.findDevice(tenant.id, deviceId(1)), undefined);
      assert.deepEqual(await store.listReports(tenant.id, deviceId(1)), []);
      assert.deepEqual(store.listCounts(), []);
    });

    it('commits the neighbours of a write that fails', async (t) => {
      const { store, tenant } = await openNew(t, database);
      const changes: unknown[] = [];
      store.onCountsChanged((of) => changes.push(...of));
      const results = await Promise.allSettled([
        store.saveReport(deviceReport(tenant.id, 1)),
        store.saveReport(deviceReport('no-such-tenant', 2, { patchStateId: 'state-of-the-failed' })),
        store.saveReport(deviceReport(tenant.id, 3)),
      ]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      assert.equal(store.findPatchState('state-of-the-failed'), undefined);
      assert.deepEqual(store.listCounts(), await store.recount());
      assert.equal(changes.length, 2);
    });

    it('commits what is queued before it closes, and refuses what comes after', async (t) => {
      const { folder, store, tenant } = await openNew(t, database);
      const queued = store.saveReport(deviceReport(tenant.id, 1));
      await store.close();
      assert.deepEqual(await queued, { changed: true, isOutdated: false, isOlder: false });
      await assert.rejects(store.saveReport(deviceReport(tenant.id, 2)), { code: 'store-closed' });
      assert.equal((await (await reopen(t, database, folder)).findDevice(tenant.id, deviceId(1)))?.id, deviceId(1));
    });

    it("sees another connection's writes, and only those as foreign", async (t) => {
      const { folder, store, tenant } = await openNew(t, database);
      const other = await reopen(t, database, folder);
      await store.saveReport(deviceReport(tenant.id, 1));
      assert.equal(store.hasForeignChanges(), false);
      await other.lookForChanges?.();
      assert.equal(other.hasForeignChanges(), true);
      assert.equal(other.hasForeignChanges(), false);
      assert.equal((await other.findDevice(tenant.id, deviceId(1)))?.id, deviceId(1));
      await Promise.all([
        ...Array.from({ length: 40 }, (_, n) => store.saveReport(deviceReport(tenant.id, n))),
        ...Array.from({ length: 40 }, (_, n) =>
          other.saveReport(deviceReport(tenant.id, n + 20, { patchStateId: 'b' })),
        ),
      ]);
      assert.equal((await store.listDevices(whole(tenant.id), { top: 0, skip: 0, count: true })).count, 60);
      await store.lookForChanges?.();
      assert.deepEqual(store.listCounts(), await store.recount());
    });

    it('keeps clients and the instant of their first revocation', async (t) => {
      const { folder, store, tenant } = await openNew(t, database);
      const client = {
        tenantId: tenant.id,
        id: 'a3c2f9de-0000-4000-8000-000000000001',
        name: 'siem',
        secretHash: new Uint8Array(32).fill(7),
        roles: ['Machine.Read.All'],
        groups: ['', 'Büro'],
        createdAt: '2026-06-10T08:00:00.000Z',
        revokedAt: null,
      };
      await store.saveClient(client);
      assert.equal(await store.revokeClient(tenant.id, 'unknown', '2026-06-11T00:00:00.000Z'), undefined);
      await store.revokeClient(tenant.id, client.id, '2026-06-11T00:00:00.000Z');
      await store.revokeClient(tenant.id, client.id, '2026-06-12T00:00:00.000Z');
      const listed = (await reopen(t, database, folder)).listClients();
      assert.deepEqual(listed, [{ ...client, revokedAt: '2026-06-11T00:00:00.000Z' }]);
    });

    it('keeps the first signing key, whoever else brings one', async (t) => {
      const { folder, store } = await openNew(t, database);
      const key = (kid: string) => ({ kid, privateKeyPem: `private ${kid}`, publicKeyPem: `public ${kid}` });
      assert.deepEqual(store.listSigningKeys(), []);
      await store.addSigningKey(key('one'), '2026-06-10T08:00:00.000Z');
      const other = await reopen(t, database, folder);
      await other.addSigningKey(key('two'), '2026-06-10T08:00:01.000Z');
      assert.deepEqual(other.listSigningKeys(), [{ ...key('one'), createdAt: '2026-06-10T08:00:00.000Z' }]);
    });

    it('replaces a signing key once, whoever else does', async (t) => {
      const { folder, store } = await openNew(t, database);
      const key = (kid: string) => ({ kid, privateKeyPem: `private ${kid}`, publicKeyPem: `public ${kid}` });
      await store.addSigningKey(key('one'), '2026-06-10T08:00:00.000Z');
      const other = await reopen(t, database, folder);
      await store.replaceSigningKey(key('two'), { createdAt: '2026-06-11T08:00:00.000Z', replaces: 'one' });
      await other.replaceSigningKey(key('three'), { createdAt: '2026-06-11T08:00:00.500Z', replaces: 'one' });
      const kids = (of: typeof store): readonly string[] => of.listSigningKeys().map(({ kid }) => kid);
      assert.deepEqual(kids(other), ['two', 'one']);
      await store.deleteSigningKeys(['one', 'nobody']);
      await other.lookForChanges?.();
      assert.deepEqual(kids(other), ['two']);
    });

    it('has counts equal to a recount after any reports and deletions', async (t) => {
      const { store, tenant } = await openNew(t, database);
      const other = newTenant('other');
      await store.createTenant(other);
      const operation = fc.record({
        tenant: fc.constantFrom(tenant, other),
        device: fc.nat({ max: 5 }),
        state: fc.constantFrom('state-a', 'state-b', 'state-c', undefined),
      });
      const model = new Map<string, string>();
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(operation, { maxLength: 8 }), { maxLength: 4 }), async (batches) => {
          for (const batch of batches) {
            await Promise.all(
              batch.map(({ tenant: { id }, device, state }) => {
                if (state === undefined) {
                  model.delete(`${id} ${device}`);
                  return store.deleteDevice(id, deviceId(device));
                }
                model.set(`${id} ${device}`, state);
                return store.saveReport(deviceReport(id, device, { patchStateId: state }));
              }),
            );
          }
          assert.deepEqual(store.listCounts(), await store.recount());
          const total = store.listCounts().reduce((sum, { devices }) => sum + devices, 0);
          assert.equal(total, model.size);
          for (const [key, state] of model) {
            const [tenantId = '', device] = key.split(' ');
            assert.equal((await store.findDevice(tenantId, deviceId(Number(device))))?.patchStateId, state);
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}

interface NewStore {
  readonly folder: string;
  readonly store: Store;
  readonly tenant: Tenant;
}

async function openNew(t: TestContext, database: DatabaseOfThisRun): Promise<NewStore> {
  const folder = temporaryFolder(t);
  const store = await reopen(t, database, folder);
  const [tenant] = store.listTenants();
  assert.ok(tenant);
  return { folder, store, tenant };
}

async function reopen(t: TestContext, database: DatabaseOfThisRun, folder: string): Promise<Store> {
  const store = await database.open(folder);
  t.after(() => store.close());
  return store;
}
