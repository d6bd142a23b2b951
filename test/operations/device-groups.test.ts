import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Application } from '../../src/operations/application.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import type { Scope } from '../../src/operations/scope.ts';
import type { Tenant } from '../../src/store/store.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { inventory, type InventorySketch } from '../support/inventories.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-06-10T08:00:00Z');
const kb4540673 = parseKbNumber('4540673');
const unpatched = '10.0.18363.657';
const patched = '10.0.18363.719';

interface Opened {
  readonly application: Application;
  readonly tenant: Tenant;
  readonly folder: string;
}

function open(t: TestContext, folder = temporaryFolder(t)): Opened {
  const application = openApplication({ dataFolder: folder, now: () => now, engine: createFakeEngine() });
  t.after(() => application.close());
  return { application, tenant: application.getTenant('default'), folder };
}

async function report({ application, tenant }: Opened, sketch: InventorySketch): Promise<string> {
  const raw = Buffer.from(JSON.stringify(sketch));
  const incoming = { inventory: inventory(sketch), raw, format: 'test', receivedAt: now };
  return (await application.applyReport(tenant, incoming)).deviceId;
}

/** Names of devices by group. */
async function placed({ application, tenant }: Opened): Promise<Record<string, readonly string[]>> {
  const { devices } = await application.listDevices(wholeTenant(tenant), { top: 1000, skip: 0 });
  const byGroup = Map.groupBy(devices, ({ deviceGroup }) => deviceGroup);
  return Object.fromEntries([...byGroup].map(([group, of]) => [group, of.map(({ name }) => name ?? '').sort()]));
}

function scopeOf({ application, tenant }: Opened, clientId: string): Scope {
  const scope = application.findScope(tenant.id, clientId);
  assert.ok(scope);
  return scope;
}

describe('device groups', () => {
  it('take devices by rank, on each report and when the rules change', async (t) => {
    const opened = open(t);
    const { application, tenant } = opened;
    const { groups } = application;
    await report(opened, { name: 'srv-1', tags: ['site:berlin'], build: unpatched });
    await report(opened, { name: 'pc-1', tags: ['site:berlin'], build: unpatched });
    await report(opened, { name: 'pc-2', build: unpatched });
    assert.deepEqual(await placed(opened), { '': ['pc-1', 'pc-2', 'srv-1'] });

    await groups.create(tenant, { name: 'Berlin', rule: { tags: ['site:berlin'] } });
    assert.deepEqual(await placed(opened), { '': ['pc-2'], Berlin: ['pc-1', 'srv-1'] });
    await groups.create(tenant, { name: 'Servers', rule: { names: ['srv-*'] }, rank: 1, id: 140 });
    assert.deepEqual(await placed(opened), { '': ['pc-2'], Berlin: ['pc-1'], Servers: ['srv-1'] });
    assert.deepEqual(
      groups.list(tenant).map(({ id, name, rank }) => [id, name, rank]),
      [
        [140, 'Servers', 1],
        [1, 'Berlin', 2],
      ],
    );

    await report(opened, { name: 'srv-2', build: unpatched });
    await report(opened, { name: 'pc-1', build: patched });
    assert.deepEqual(await placed(opened), { '': ['pc-1', 'pc-2'], Servers: ['srv-1', 'srv-2'] });
    await groups.change(tenant, 'berlin', { rank: 1 });
    assert.deepEqual(await placed(opened), { '': ['pc-1', 'pc-2'], Berlin: ['srv-1'], Servers: ['srv-2'] });
    await groups.change(tenant, 'Servers', { rule: { names: ['pc-*'] } });
    assert.deepEqual(await placed(opened), { '': ['srv-2'], Berlin: ['srv-1'], Servers: ['pc-1', 'pc-2'] });
    await groups.delete(tenant, 'SERVERS');
    assert.deepEqual(await placed(opened), { '': ['pc-1', 'pc-2', 'srv-2'], Berlin: ['srv-1'] });
    assert.deepEqual(await application.verifyCounts(), []);
    // A number is given once: links of others to it must not come to mean another group.
    assert.equal((await groups.create(tenant, { name: 'Servers' })).id, 141);
    assert.equal(groups.idOf(tenant, 'Berlin'), 1);
    assert.equal(groups.idOf(tenant, ''), 0);
    assert.deepEqual(application.listGroups(application.getTenant('default')).length, 2);
  });

  it('keep what was put into them by hand until the rules are to decide again, or the group is gone', async (t) => {
    const opened = open(t);
    const { application, tenant } = opened;
    const { groups } = application;
    await groups.create(tenant, { name: 'All', rule: { names: ['*'] } });
    await groups.create(tenant, { name: 'Lab' });
    await report(opened, { name: 'a', build: unpatched });
    await report(opened, { name: 'b', build: unpatched });
    const all = wholeTenant(tenant);
    assert.equal((await groups.assign(all, 'a', 'lab')).deviceGroup, 'Lab');
    assert.equal((await groups.assign(all, 'b', 'unassignedgroup')).deviceGroup, '');
    await report(opened, { name: 'a', build: patched });
    await report(opened, { name: 'b', build: patched });
    await groups.change(tenant, 'All', { rule: { names: ['?'] } });
    assert.deepEqual(await placed(opened), { '': ['b'], Lab: ['a'] });
    assert.equal((await groups.assign(all, 'b', null)).deviceGroup, 'All');
    await groups.delete(tenant, 'Lab');
    assert.deepEqual(await placed(opened), { All: ['a', 'b'] });
    await groups.create(tenant, { name: 'Lab' });
    assert.deepEqual(await placed(opened), { All: ['a', 'b'] });
    assert.deepEqual(await application.verifyCounts(), []);
    await assert.rejects(groups.assign(all, 'a', 'nowhere'), { code: 'group-not-found' });
    await assert.rejects(groups.assign(all, 'c', 'Lab'), { code: 'device-not-found' });
  });

  const refused: readonly [says: string, wish: Parameters<Application['groups']['create']>[1], code: string][] = [
    ['a name that is taken, in another case', { name: 'berlin' }, 'group-exists'],
    ['a number that is taken', { name: 'x', id: 7 }, 'group-exists'],
    ['no name', { name: ' ' }, 'group-format'],
    ['the name of no group', { name: 'unassignedgroup' }, 'group-format'],
    ['a name with a line break', { name: 'a\nb' }, 'group-format'],
    ['number 0, which is that of no group', { name: 'x', id: 0 }, 'group-format'],
    ['a number beyond 32 bits', { name: 'x', id: 2 ** 31 }, 'group-format'],
    ['a rank below 1', { name: 'x', rank: 0 }, 'group-format'],
    ['a range that is none', { name: 'x', rule: { ipRanges: ['10.0.0.0/99'] } }, 'group-format'],
  ];
  for (const [says, wish, code] of refused)
    it(`refuse ${says}`, async (t) => {
      const { application, tenant } = open(t);
      await application.groups.create(tenant, { name: 'Berlin', id: 7 });
      const before = await application.listAudit(tenant, { top: 100 });
      await assert.rejects(application.groups.create(tenant, wish), { code });
      assert.deepEqual(await application.listAudit(tenant, { top: 100 }), before);
    });

  it('are known to another process, which puts its devices by them', async (t) => {
    const opened = open(t);
    const { application, tenant } = opened;
    await application.warmUp();
    await report(opened, { name: 'srv-1', build: unpatched });
    const other = open(t, opened.folder);
    await other.application.groups.create(other.tenant, { name: 'Servers', rule: { names: ['srv-*'] } });
    assert.deepEqual(await placed(opened), { Servers: ['srv-1'] });
    // Put by the rules of before, since nobody has told it yet.
    await report(opened, { name: 'srv-2', build: unpatched });
    for (let waited = 0; ((await placed(opened))['Servers'] ?? []).length < 2; waited += 50) {
      assert.ok(waited < 5000, 'a device stays where the rules of before put it');
      await delay(50);
    }
    assert.deepEqual(await application.verifyCounts(), []);
    assert.deepEqual(await other.application.verifyCounts(), []);
    assert.equal(application.listGroups(tenant).length, 1);
  });

  it('have counts that equal a recount, and every scope those of its devices, after any changes', async (t) => {
    const opened = open(t);
    const { application, tenant } = opened;
    const { groups } = application;
    for (const name of ['A', 'B', 'C']) await groups.create(tenant, { name });
    const tags = fc.subarray(['x', 'y', 'z']);
    const group = fc.constantFrom('A', 'B', 'C');
    const step = fc.oneof(
      fc.record({ device: fc.nat(4), tags, build: fc.constantFrom(unpatched, patched) }),
      fc.record({ ruled: group, tags, rank: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ assigned: fc.nat(4), to: fc.option(fc.constantFrom('A', 'B', 'C', 'UnassignedGroup')) }),
      fc.record({ deleted: fc.nat(4) }),
    );
    const scopes: readonly Scope[] = [
      wholeTenant(tenant),
      ...[[], [''], ['A'], ['A', 'B'], ['', 'A', 'C'], ['nowhere']].map((each) => ({ tenant, groups: new Set(each) })),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await Promise.all(
          steps.map(async (each) => {
            if ('device' in each) await report(opened, { name: `h${each.device}`, build: each.build, tags: each.tags });
            else if ('ruled' in each)
              await groups.change(tenant, each.ruled, { rule: { tags: each.tags }, rank: each.rank });
            else if ('assigned' in each)
              await groups.assign(wholeTenant(tenant), `h${each.assigned}`, each.to).catch(() => undefined);
            else await application.deleteDevice(wholeTenant(tenant), `h${each.deleted}`).catch(() => undefined);
          }),
        );
        assert.deepEqual(await application.verifyCounts(), []);
        const all = (await application.listDevices(wholeTenant(tenant), { top: 100, skip: 0 })).devices;
        for (const scope of scopes) {
          const seen = all.filter(({ deviceGroup }) => scope.groups?.has(deviceGroup) ?? true);
          const page = await application.listDevices(scope, { top: 100, skip: 0, count: true });
          assert.deepEqual(page.devices, seen);
          assert.equal(page.count, seen.length);
          assert.equal((await application.getStatus(scope, now)).devices.total, seen.length);
          const missing = seen.filter(({ osBuild }) => osBuild === unpatched).length;
          assert.equal(application.countDevicesMissing(scope, kb4540673), missing);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a client bound to device groups', () => {
  it('sees these devices only, by id, by name, in lists and in every count', async (t) => {
    const opened = open(t);
    const { application, tenant } = opened;
    await application.groups.create(tenant, { name: 'Berlin', rule: { tags: ['berlin'] } });
    await application.groups.create(tenant, { name: 'Paris', rule: { tags: ['paris'] } });
    const here = await report(opened, { name: 'pc-1', tags: ['berlin'], build: unpatched });
    const there = await report(opened, { name: 'pc-2', tags: ['paris'], build: unpatched });
    const nowhere = await report(opened, { name: 'pc-3', build: unpatched });
    // Two of one name: outside the group they would be ambiguous.
    const twin = await report(opened, { id: 'a'.repeat(40), name: 'pc-2', tags: ['berlin'], build: patched });
    const { clientId } = await application.createClient(tenant, 'siem', [], { groups: ['berlin'] });
    const scope = scopeOf(opened, clientId);
    assert.equal((await application.getDevice(scope, here)).id, here);
    assert.equal((await application.getDevice(scope, 'PC-2')).id, twin);
    for (const hidden of [there, nowhere, 'pc-3'])
      await assert.rejects(async () => application.getDevice(scope, hidden), {
        code: 'device-not-found',
        isAmbiguous: false,
      });
    await assert.rejects(async () => application.getDevice(wholeTenant(tenant), 'pc-2'), { isAmbiguous: true });
    assert.equal(application.countDevicesMissing(scope, kb4540673), 1);
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 3);
    assert.equal(application.findSoftwareMissingKbs(scope, 'microsoft-_-edge')?.[0]?.devices, 1);
    await assert.rejects(application.deleteDevice(scope, there), { code: 'device-not-found' });
    await assert.rejects(application.groups.assign(scope, there, 'Berlin'), { code: 'device-not-found' });
  });

  it('follows when its groups change, and sees nothing of a later group of the same name', async (t) => {
    const opened = open(t);
    const { application, tenant } = opened;
    const { groups } = application;
    await groups.create(tenant, { name: 'Berlin', rule: { tags: ['berlin'] } });
    await report(opened, { name: 'a', tags: ['berlin'], build: unpatched });
    await report(opened, { name: 'b', build: unpatched });
    const { clientId } = await application.createClient(tenant, 'siem', [], { groups: ['Berlin', 'BERLIN'] });
    const seen = async (): Promise<readonly (string | null)[]> =>
      (await application.listDevices(scopeOf(opened, clientId), { top: 10, skip: 0 })).devices.map(({ name }) => name);
    assert.deepEqual(await seen(), ['a']);
    assert.deepEqual((await groups.bindClient(tenant, clientId, ['UnassignedGroup'])).groups, ['UnassignedGroup']);
    assert.deepEqual(await seen(), ['b']);
    await groups.bindClient(tenant, clientId, null);
    assert.equal((await seen()).length, 2);
    await groups.bindClient(tenant, clientId, ['Berlin']);
    await groups.delete(tenant, 'Berlin');
    assert.deepEqual(application.listClients(tenant)[0]?.groups, []);
    assert.deepEqual(await seen(), []);
    await groups.create(tenant, { name: 'Berlin', rule: { tags: ['berlin'] } });
    assert.deepEqual(await seen(), []);
    await assert.rejects(groups.bindClient(tenant, clientId, ['nowhere']), { code: 'group-not-found' });
    await assert.rejects(groups.bindClient(tenant, 'nobody', null), { code: 'client-not-found' });
    await assert.rejects(application.createClient(tenant, 'x', [], { groups: ['nowhere'] }), {
      code: 'group-not-found',
    });
  });
});

describe('the audit trail', () => {
  it('tells of each act in its order, and of no secret', async (t) => {
    const opened = open(t);
    const { application } = opened;
    const tenant = await application.createTenant('contoso');
    await application.groups.create(tenant, { name: 'Lab', rule: { names: ['x*'] } }, 'somebody');
    await application.groups.change(tenant, 'Lab', { rule: { tags: ['lab'] } });
    const client = await application.createClient(tenant, 'siem', ['Machine.Read.All'], { groups: ['Lab'] });
    await application.groups.bindClient(tenant, client.clientId, null);
    await application.revokeClient(tenant, client.clientId, client.clientId);
    const deviceId = await report({ ...opened, tenant }, { name: 'a', build: unpatched });
    await application.groups.assign(wholeTenant(tenant), 'a', 'Lab');
    await application.deleteDevice(wholeTenant(tenant), 'a');
    await application.groups.delete(tenant, 'Lab');
    const secret = await application.osquery.createSecret(tenant, 'hosts');
    await application.osquery.revokeSecret(tenant, secret.secretId, { withNodes: true });
    const { entries, hasMore } = await application.listAudit(tenant, { top: 100 });
    assert.equal(hasMore, false);
    assert.deepEqual(
      entries.map(({ actor, action, subject }) => [actor, action, subject]),
      [
        ['local operator', 'tenant.created', tenant.id],
        ['somebody', 'group.created', 'Lab'],
        ['local operator', 'group.changed', 'Lab'],
        ['local operator', 'client.created', client.clientId],
        ['local operator', 'client.changed', client.clientId],
        [client.clientId, 'client.revoked', client.clientId],
        ['local operator', 'device.assigned', deviceId],
        ['local operator', 'device.deleted', deviceId],
        ['local operator', 'group.deleted', 'Lab'],
        ['local operator', 'osquery.secret-created', secret.secretId],
        ['local operator', 'osquery.secret-revoked', secret.secretId],
      ],
    );
    const text = JSON.stringify(entries);
    for (const each of [client.clientSecret, secret.secret]) assert.equal(text.includes(each), false);
    assert.deepEqual((await application.listAudit(application.getTenant('default'), { top: 10 })).entries, []);

    // Page by page it is the same, and each line has an instant of its own.
    assert.equal(new Set(entries.map(({ at }) => at)).size, entries.length);
    const paged: unknown[] = [];
    for (let after = ''; ;) {
      const page = await application.listAudit(tenant, { top: 2, after });
      paged.push(...page.entries);
      after = page.entries.at(-1)?.at ?? '';
      if (!page.hasMore) break;
    }
    assert.deepEqual(paged, entries);
    const since = entries[5]?.at ?? '';
    assert.deepEqual((await application.listAudit(tenant, { top: 100, since })).entries, entries.slice(5));
  });
});
