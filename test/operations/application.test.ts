import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Application } from '../../src/operations/application.ts';
import type { Engine } from '../../src/operations/engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';
import { TenantExistsError } from '../../src/store/store-error.ts';
import type { Tenant } from '../../src/store/store.ts';
import { createFakeEngine, march2020 } from '../support/fake-engine.ts';
import { inventory, type InventorySketch } from '../support/inventories.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

const now = new Date('2026-06-10T08:00:00Z');
const kb4540673 = parseKbNumber('4540673');
const unpatched = '10.0.18363.657';
const patched = '10.0.18363.719';

describe('reports', () => {
  it('keeps a device, judges it and counts it', async (t) => {
    const { application, tenant } = open(t);
    const outcome = await report(application, tenant, { name: 'Host1.contoso.com', build: unpatched, tags: ['a'] });
    assert.match(outcome.deviceId, /^[0-9a-f]{40}$/);
    assert.deepEqual(
      { ...outcome, deviceId: '' },
      { deviceId: '', coverage: 'assessed', install: ['4540673'], missing: 1, changed: true },
    );
    const { patchStateId, ...device } = await application.getDevice(wholeTenant(tenant), 'HOST1.CONTOSO.COM');
    assert.equal(typeof patchStateId, 'string');
    assert.deepEqual(device, {
      tenantId: tenant.id,
      id: outcome.deviceId,
      name: 'Host1.contoso.com',
      osName: 'Microsoft Windows 10 Enterprise',
      osBuild: unpatched,
      osPlatform: 'Windows10',
      displayVersion: '1909',
      architecture: 'x64',
      installationType: 'Client',
      tags: ['a'],
      ipAddresses: [],
      deviceGroup: '',
      firstSeenAt: '2026-06-10T08:00:00.000Z',
      reportedAt: '2026-06-10T08:00:00.000Z',
    });
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 1);
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), parseKbNumber('4551762')), 0);
    const assessment = application.getAssessment(await application.getDevice(wholeTenant(tenant), outcome.deviceId));
    assert.deepEqual(assessment.install, ['4540673']);
    const [evidence] = application.explainMissing(
      await application.getDevice(wholeTenant(tenant), outcome.deviceId),
      assessment,
    );
    assert.deepEqual(evidence?.subject, { kb: '4540673' });
  });

  it('follows a device that was patched, and one that was deleted', async (t) => {
    const { application, tenant } = open(t);
    await Promise.all(['a', 'b', 'c'].map((name) => report(application, tenant, { name, build: unpatched })));
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 3);
    const version = application.exposureVersion(wholeTenant(tenant));
    assert.equal((await report(application, tenant, { name: 'A', build: patched })).changed, true);
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 2);
    assert.ok(application.exposureVersion(wholeTenant(tenant)) > version);
    await application.deleteDevice(wholeTenant(tenant), 'B');
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 1);
    await assert.rejects(async () => application.getDevice(wholeTenant(tenant), 'b'), {
      code: 'device-not-found',
      isAmbiguous: false,
    });
    await assert.rejects(application.deleteDevice(wholeTenant(tenant), 'b'), { code: 'device-not-found' });
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('judges equal devices once', async (t) => {
    const engine = createFakeEngine();
    const { application, tenant } = open(t, engine);
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => report(application, tenant, { name: `h${n}`, build: unpatched })),
    );
    assert.equal(engine.assessed(), 1);
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 50);
  });

  it('says nothing changed when the same report comes again', async (t) => {
    const { application, tenant } = open(t);
    await report(application, tenant, { name: 'a', build: unpatched });
    const version = application.exposureVersion(wholeTenant(tenant));
    assert.equal((await report(application, tenant, { name: 'a', build: unpatched })).changed, false);
    assert.equal(application.exposureVersion(wholeTenant(tenant)), version);
  });

  it('refuses a report that names no device', async (t) => {
    const { application, tenant } = open(t);
    await assert.rejects(report(application, tenant, { build: unpatched }), { code: 'missing-device-identity' });
    await assert.rejects(report(application, tenant, { name: '  ', build: unpatched }), {
      code: 'missing-device-identity',
    });
    await assert.rejects(report(application, tenant, { id: 'abc', build: unpatched }), { code: 'term-format' });
  });

  it('tells devices of one name apart by id only', async (t) => {
    const { application, tenant } = open(t);
    const [one, two] = ['1', '2'].map((digit) => digit.repeat(40));
    await report(application, tenant, { id: one ?? '', name: 'twin', build: unpatched });
    await report(application, tenant, { id: two ?? '', name: 'TWIN', build: patched });
    await assert.rejects(async () => application.getDevice(wholeTenant(tenant), 'twin'), {
      code: 'device-not-found',
      isAmbiguous: true,
    });
    assert.equal((await application.getDevice(wholeTenant(tenant), two ?? '')).name, 'TWIN');
  });

  it('keeps tenants apart', async (t) => {
    const { application, tenant } = open(t);
    const other = await application.createTenant('other');
    const { deviceId } = await report(application, tenant, { name: 'a', build: unpatched });
    const theirs = await report(application, other, { name: 'a', build: patched });
    assert.notEqual(theirs.deviceId, deviceId);
    await assert.rejects(async () => application.getDevice(wholeTenant(other), deviceId), { code: 'device-not-found' });
    assert.equal(application.countDevicesMissing(wholeTenant(other), kb4540673), 0);
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 1);
    assert.equal(application.getTenant(` ${other.id.toUpperCase()}`).name, 'other');
    assert.equal(application.getTenant('OTHER').id, other.id);
    assert.throws(() => application.getTenant('nobody'), { code: 'tenant-not-found' });
    for (const name of ['api', 'v1', '', 'Upper', '-a', 'a'.repeat(64), other.id]) {
      await assert.rejects(application.createTenant(name), { code: 'tenant-name' }, name);
    }
  });

  it('has counts equal to a recount after any reports, deletions and engines', async (t) => {
    const { application, tenant } = open(t);
    const engines = [[march2020], [], [march2020, { kb: '4551762', ubr: 720, cves: { windows_10: 1 } }]];
    const step = fc.oneof(
      fc.record({ device: fc.nat(4), build: fc.constantFrom(unpatched, patched, '10.0.18363.720') }),
      fc.record({ device: fc.nat(4) }),
      fc.record({ engine: fc.nat(2) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const before = application.countDevicesMissing(wholeTenant(tenant), kb4540673);
        assert.ok(before >= 0);
        await Promise.all(
          steps.map((next) => {
            if ('engine' in next) return application.useEngine(createFakeEngine(engines[next.engine]));
            if ('build' in next) return report(application, tenant, { name: `h${next.device}`, build: next.build });
            return application.deleteDevice(wholeTenant(tenant), `h${next.device}`).catch(() => undefined);
          }),
        );
        assert.deepEqual(await application.verifyCounts(), []);
        const { devices } = await application.listDevices(wholeTenant(tenant), { top: 100, skip: 0 });
        const missing = devices.filter((device) => application.getAssessment(device).install.includes(kb4540673));
        assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), missing.length);
      }),
      { numRuns: 30 },
    );
  });
});

describe('software', () => {
  it("answers with a software's own updates and counts", async (t) => {
    const { application, tenant } = open(t);
    await report(application, tenant, { name: 'a', build: unpatched });
    await report(application, tenant, { name: 'b', build: '10.0.18362.657' });
    await report(application, tenant, { name: 'c', build: '10.0.18362.1' });
    await report(application, tenant, { name: 'd', build: patched });
    assert.deepEqual(application.findSoftwareMissingKbs(wholeTenant(tenant), 'Microsoft-_-Edge'), [
      {
        kb: '4540673',
        name: 'March 2020 Security Updates',
        osBuild: 18362,
        url: 'https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB4540673',
        devices: 3,
        cveAddressed: 14,
      },
    ]);
    assert.equal(application.findSoftwareMissingKbs(wholeTenant(tenant), 'microsoft-_-word'), undefined);
    const ofDevice = application.exposure.listDeviceSoftware(
      wholeTenant(tenant),
      await application.getDevice(wholeTenant(tenant), 'd'),
    );
    assert.deepEqual(
      ofDevice.map(({ id, name, vendor, weaknesses, exposedDevices, installedDevices }) => [
        `${vendor} ${name} ${id}`,
        [weaknesses, exposedDevices, installedDevices],
      ]),
      [
        ['microsoft edge microsoft-_-edge', [0, 3, 4]],
        ['microsoft windows_10 microsoft-_-windows_10', [0, 3, 4]],
      ],
    );
    const software = application.exposure.findSoftware(wholeTenant(tenant), 'Microsoft-_-Windows_10');
    assert.deepEqual(
      [software?.weaknesses, software?.versions],
      [83, [{ version: null, installations: 4, vulnerabilities: 83 }]],
    );
  });

  it('takes the higher build where as many devices have the one as the other', async (t) => {
    const { application, tenant } = open(t);
    await report(application, tenant, { name: 'a', build: unpatched });
    await report(application, tenant, { name: 'b', build: '10.0.18362.657' });
    assert.equal(application.findSoftwareMissingKbs(wholeTenant(tenant), 'microsoft-_-edge')?.[0]?.osBuild, 18363);
  });
});

describe('engines', () => {
  it('answers by the new one only when every state is judged', async (t) => {
    const { application, tenant } = open(t);
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => report(application, tenant, { name: `h${n}`, build: `10.0.18363.${n}` })),
    );
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 30);
    const version = application.exposureVersion(wholeTenant(tenant));
    const swap = application.useEngine(createFakeEngine([], 'sha256:other'));
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 30);
    await report(application, tenant, { name: 'while it judges', build: unpatched });
    await swap;
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 0);
    assert.equal((await application.getStatus(wholeTenant(tenant), now)).catalogueId, 'sha256:other');
    assert.ok(application.exposureVersion(wholeTenant(tenant)) > version);
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('counts the devices of a state that cannot be judged as not assessed', async (t) => {
    const { application, tenant } = open(t);
    await report(application, tenant, { name: 'a', build: unpatched });
    await report(application, tenant, { name: 'b', build: patched });
    const sound = createFakeEngine();
    await application.useEngine({
      ...sound,
      assess(state) {
        if (state.os.build === unpatched) throw new Error('a fault of the engine');
        return sound.assess(state, null);
      },
    });
    assert.deepEqual((await application.getStatus(wholeTenant(tenant), now)).devices, {
      total: 2,
      assessed: 1,
      partlyAssessed: 0,
      notAssessed: 1,
      stale: 0,
    });
  });
});

describe('status', () => {
  it('gives the catalogue, its age and the devices by coverage and staleness', async (t) => {
    const { application, tenant } = open(t);
    await report(application, tenant, { name: 'a', build: unpatched });
    await report(application, tenant, { name: 'b' });
    await report(application, tenant, { name: 'c', build: patched }, new Date('2026-05-11T07:59:59Z'));
    await report(application, tenant, { name: 'd', build: patched }, new Date('2026-05-11T08:00:00Z'));
    const { feeds, ...status } = await application.getStatus(wholeTenant(tenant), now);
    assert.ok(feeds.every(({ state, date }) => state === 'absent' && date === null));
    assert.deepEqual(status, {
      catalogueId: 'sha256:fake',
      newestRelease: '2020-Mar',
      currentTo: '2020-03-10T07:00:00.000Z',
      ageDays: 2283,
      starter: false,
      stale: true,
      staleReason: 'too-old',
      quarantined: [],
      sync: null,
      devices: { total: 4, assessed: 3, partlyAssessed: 0, notAssessed: 1, stale: 1 },
    });
  });
});

describe('clients', () => {
  it('knows a client by id and secret, until it is revoked', async (t) => {
    const { application, tenant } = open(t);
    const { tenantId, clientId, clientSecret } = await application.createClient(tenant, ' siem ', ['machine.read.all']);
    assert.equal(tenantId, tenant.id);
    assert.match(clientId, /^[0-9a-f-]{36}$/);
    assert.match(clientSecret, /^[\w-]{43}$/);
    const found = { clientId, roles: ['Machine.Read.All'] };
    assert.deepEqual(application.findClient(tenant, { clientId, clientSecret }), found);
    assert.deepEqual(application.findClient(tenant, { clientId: clientId.toUpperCase(), clientSecret }), found);
    assert.equal(application.findClient(tenant, { clientId, clientSecret: `${clientSecret}x` }), undefined);
    assert.equal(application.findClient(tenant, { clientId, clientSecret: '' }), undefined);
    assert.equal(application.findClient(tenant, { clientId: tenant.id, clientSecret }), undefined);
    const other = await application.createTenant('other');
    assert.equal(application.findClient(other, { clientId, clientSecret }), undefined);
    assert.equal(isActive(application, other, clientId), false);
    await assert.rejects(application.revokeClient(other, clientId), { code: 'client-not-found' });

    assert.equal(isActive(application, tenant, clientId), true);
    const summary = {
      clientId,
      name: 'siem',
      roles: ['Machine.Read.All'],
      groups: null,
      createdAt: now.toISOString(),
      revokedAt: null,
    };
    assert.deepEqual(application.listClients(tenant), [summary]);
    await application.revokeClient(tenant, clientId.toUpperCase());
    assert.equal(application.findClient(tenant, { clientId, clientSecret }), undefined);
    assert.equal(isActive(application, tenant, clientId), false);
    assert.deepEqual(application.listClients(tenant), [{ ...summary, revokedAt: now.toISOString() }]);
  });

  it('gives every reading role where none is named, and refuses a role nobody knows', async (t) => {
    const { application, tenant } = open(t);
    const client = await application.createClient(tenant, 'reader', []);
    assert.deepEqual(application.findClient(tenant, client)?.roles, [
      'Machine.Read.All',
      'Software.Read.All',
      'Vulnerability.Read.All',
      'SecurityRecommendation.Read.All',
      'Score.Read.All',
    ]);
    await assert.rejects(application.createClient(tenant, 'x', ['Machine.ReadWrite.All']), {
      code: 'unknown-role',
      message:
        'expected a role out of Machine.Read.All, Software.Read.All, Vulnerability.Read.All, ' +
        'SecurityRecommendation.Read.All, Score.Read.All, Report.Write.All, Audit.Read.All, Catalogue.Write.All, ' +
        'Client.ReadWrite.All, got "Machine.ReadWrite.All"',
    });
    await assert.rejects(application.createClient(tenant, ' ', []), { code: 'client-name' });
  });

  it('has one signing key for good', async (t) => {
    const { application, folder } = open(t);
    const key = await application.getSigningKey();
    const data = Buffer.from('signed');
    const signature = sign('sha256', data, createPrivateKey(key.privateKeyPem));
    assert.ok(verify('sha256', data, createPublicKey(key.publicKeyPem), signature));
    assert.match(key.kid, /^[\w-]{43}$/);
    assert.deepEqual(await reopen(t, folder).getSigningKey(), key);
  });
});

describe('deleting a tenant', () => {
  it('goes on when it was interrupted, asked again or by the next server', async (t) => {
    for (const how of ['asked again', 'next server']) {
      const { application, folder, tenant } = open(t);
      const gone = await application.createTenant('gone');
      await report(application, gone, { name: 'a', build: unpatched });
      await report(application, tenant, { name: 'a', build: unpatched });
      // The process ends right after the first commit.
      const cut = application.deleteTenant('gone');
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([application.close(), assert.rejects(cut, { code: 'store-closed' })]);

      const again = reopen(t, folder);
      assert.throws(() => again.getTenant('gone'), { code: 'tenant-not-found' });
      if (how === 'asked again') await again.deleteTenant('GONE');
      else await again.warmUp();
      await createOnceFree(again, 'gone');
      assert.equal(again.countDevicesMissing(wholeTenant(again.getTenant('gone')), kb4540673), 0);
      assert.equal(again.countDevicesMissing(wholeTenant(again.getTenant('default')), kb4540673), 1);
      const common = (await again.listAudit(null, { top: 10 })).entries;
      assert.deepEqual(
        common.map(({ action, subject, detail }) => ({ action, subject, detail })),
        [{ action: 'tenant.deleted', subject: gone.id, detail: { name: 'gone' } }],
      );
      await assert.rejects(again.deleteTenant('nobody'), { code: 'tenant-not-found' });
    }
  });

  it('refuses what comes for it from then on, and tells who keeps something of it', async (t) => {
    const { application } = open(t);
    const gone = await application.createTenant('gone');
    const { deviceId } = await report(application, gone, { name: 'a', build: unpatched });
    const client = await application.createClient(gone, 'siem', []);
    const told: string[] = [];
    application.onTenantGone((id) => told.push(id));
    const deleted = application.deleteTenant(gone.id.toUpperCase());
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isActive(application, gone, client.clientId), false);
    assert.equal(application.findScope(gone.id, null), undefined);
    await assert.rejects(report(application, gone, { name: 'b', build: unpatched }), { code: 'tenant-not-found' });
    assert.deepEqual(await deleted, gone);
    assert.deepEqual(told, [gone.id]);
    await assert.rejects(async () => application.getDevice(wholeTenant(gone), deviceId), { code: 'device-not-found' });
    assert.deepEqual(await application.verifyCounts(), []);
    await assert.rejects(application.deleteTenant('default'), { code: 'last-tenant' });
  });
});

describe('two processes on one data folder', () => {
  it('see what the other changed', async (t) => {
    const { application, tenant, folder } = open(t);
    await report(application, tenant, { name: 'mine', build: unpatched });
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), kb4540673), 1);
    const mine = await application.createClient(tenant, 'mine', []);

    const other = reopen(t, folder);
    await report(other, tenant, { name: 'theirs', build: unpatched });
    await report(other, tenant, { name: 'mine', build: patched });
    await report(other, tenant, { name: 'a state not seen before', build: '10.0.18363.1' });
    const theirs = await other.createClient(tenant, 'theirs', []);
    const otherTenant = await other.createTenant('other');

    assert.equal((await application.getDevice(wholeTenant(tenant), 'theirs')).name, 'theirs');
    assert.equal(application.getTenant('other').id, otherTenant.id);
    assert.equal(application.findClient(tenant, theirs)?.clientId, theirs.clientId);
    await other.revokeClient(tenant, mine.clientId);
    const version = application.exposureVersion(wholeTenant(tenant));
    await until(() => application.countDevicesMissing(wholeTenant(tenant), kb4540673) === 2);
    await until(() => !isActive(application, tenant, mine.clientId));
    assert.ok(application.exposureVersion(wholeTenant(tenant)) >= version);
    assert.deepEqual(await application.verifyCounts(), []);
    assert.deepEqual(await other.verifyCounts(), []);
  });

  it('opens again with what it knew', async (t) => {
    const { application, tenant, folder } = open(t);
    await report(application, tenant, { name: 'a', build: unpatched });
    await application.close();
    const again = reopen(t, folder);
    await again.warmUp();
    assert.equal(again.countDevicesMissing(wholeTenant(again.getTenant('default')), kb4540673), 1);
    assert.equal(again.getTenant('default').id, tenant.id);
  });
});

interface Opened {
  readonly application: Application;
  readonly tenant: Tenant;
  readonly folder: string;
}

function open(t: TestContext, engine?: Engine): Opened {
  const folder = temporaryFolder(t);
  const application = reopen(t, folder, engine);
  return { application, tenant: application.getTenant('default'), folder };
}

function reopen(t: TestContext, dataFolder: string, engine: Engine = createFakeEngine()): Application {
  const application = openApplication({ dataFolder, now: () => now, engine });
  t.after(() => application.close());
  return application;
}

function report(application: Application, tenant: Tenant, sketch: InventorySketch, receivedAt = now) {
  const raw = new TextEncoder().encode(JSON.stringify(sketch));
  return application.applyReport(tenant, { inventory: inventory(sketch), raw, format: 'test', receivedAt });
}

/** Waits for what another process's change brings about; two seconds are promised. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 50) {
    assert.ok(waited < 5000, 'the change was not followed');
    await delay(50);
  }
}

function isActive(application: Application, tenant: Tenant, clientId: string): boolean {
  return application.findScope(tenant.id, clientId) !== undefined;
}

/** A tenant that is being deleted keeps its name until all of it is gone. */
async function createOnceFree(application: Application, name: string): Promise<void> {
  for (;;) {
    try {
      await application.createTenant(name);
      return;
    } catch (error) {
      if (!(error instanceof TenantExistsError)) throw error;
      await delay(10);
    }
  }
}
