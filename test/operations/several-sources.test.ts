import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openApplication } from '../../src/operations/open-application.ts';
import type { Application } from '../../src/operations/application.ts';
import type { Tenant } from '../../src/store/store.ts';
import { keptDevices } from '../../src/inventory/readers/kept-report.ts';
import { readInventory } from '../../src/inventory/readers/read-inventory.ts';
import { reportInput } from '../../src/inventory/readers/report-input.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

const monday = new Date('2026-06-01T08:00:00Z');
const tuesday = new Date('2026-06-02T08:00:00Z');

interface Sketch {
  readonly source: string;
  readonly name?: string;
  readonly sourceId?: string;
  readonly build?: string;
  readonly kbs?: readonly string[];
  readonly receivedAt?: Date;
}

interface Opened {
  readonly application: Application;
  readonly tenant: Tenant;
  report(sketch: Sketch): ReturnType<Application['applyReport']>;
}

function open(t: TestContext): Opened {
  const application = openApplication({
    dataFolder: temporaryFolder(t),
    now: () => tuesday,
    engine: createFakeEngine(),
  });
  t.after(() => application.close());
  const tenant = application.getTenant('default');
  return {
    application,
    tenant,
    report({ source, name, sourceId, build, kbs = [], receivedAt = tuesday }) {
      const document = {
        schema: 'kbgap-inventory/1',
        device: { name: name ?? null, sourceId: sourceId ?? null },
        os: { name: 'Microsoft Windows 10 Pro', build: build ?? null, architecture: 'x64', installationType: 'Client' },
        updates: kbs.map((kb) => ({ kb })),
      };
      const raw = Buffer.from(JSON.stringify(document));
      const report = { inventory: readNative(document), raw, format: 'native', source, receivedAt };
      return application.applyReport(tenant, report);
    },
  };
}

describe('reports of several sources of one device', () => {
  it('are joined: a list beside a build, in either order', async (t) => {
    for (const order of [
      ['list', 'registry'],
      ['registry', 'list'],
    ]) {
      const { application, tenant, report } = open(t);
      for (const source of order)
        await report({
          source,
          name: 'pc1',
          ...(source === 'list' ? { kbs: ['KB5011048'] } : { build: '10.0.18363.657' }),
        });
      const state = application.getPatchState(await application.getDevice(wholeTenant(tenant), 'pc1'));
      assert.equal(state.os.build, '10.0.18363.657');
      assert.deepEqual(state.installedKbs, ['5011048']);
      const { sources, facts } = await application.getDeviceFacts(
        await application.getDevice(wholeTenant(tenant), 'pc1'),
      );
      assert.deepEqual(sources.map(({ source, class: confidence }) => `${source} ${confidence}`).sort(), [
        'list B',
        'registry A',
      ]);
      assert.deepEqual(
        facts.find(({ fact }) => fact === 'updates.KB5011048')?.sources.map(({ source }) => source),
        ['list'],
      );
    }
  });

  it('a later report of the same source takes the place of the earlier one', async (t) => {
    const { application, tenant, report } = open(t);
    await report({ source: 'list', name: 'pc1', kbs: ['KB5011048'], receivedAt: monday });
    await report({ source: 'registry', name: 'pc1', build: '10.0.18363.657', receivedAt: monday });
    await report({ source: 'list', name: 'pc1', kbs: ['KB5034122'] });
    assert.deepEqual(application.getPatchState(await application.getDevice(wholeTenant(tenant), 'pc1')).installedKbs, [
      '5034122',
    ]);
  });

  it('that come at once are all joined', async (t) => {
    const { application, tenant, report } = open(t);
    const kbs = Array.from({ length: 12 }, (_, n) => `KB50110${10 + n}`);
    await Promise.all(kbs.map((kb, n) => report({ source: `s${n}`, name: 'pc1', build: '10.0.18363.657', kbs: [kb] })));
    const device = await application.getDevice(wholeTenant(tenant), 'pc1');
    assert.equal(application.getPatchState(device).installedKbs.length, 12);
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('an update listed before a lower build was seen does not speak for it, and is shown', async (t) => {
    const { application, tenant, report } = open(t);
    await report({ source: 'list', name: 'pc1', build: '10.0.18363', kbs: ['KB4540673'], receivedAt: monday });
    await report({ source: 'registry', name: 'pc1', build: '10.0.18363.657' });
    const device = await application.getDevice(wholeTenant(tenant), 'pc1');
    assert.deepEqual(application.getPatchState(device).earlierKbs, ['4540673']);
    assert.deepEqual(
      (await application.getDeviceFacts(device)).contradictions.map(({ fact }) => fact),
      ['updates'],
    );
  });
});

describe('the identity of a device', () => {
  const names = async (application: Application, tenant: Tenant): Promise<readonly (string | null)[]> =>
    (await application.listDevices(wholeTenant(tenant), { top: 100, skip: 0 })).devices
      .map(({ name }) => name)
      .sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));

  it('a renamed host stays the same device, and its former name is shown', async (t) => {
    const { application, tenant, report } = open(t);
    const { deviceId } = await report({
      source: 'fleet',
      name: 'old',
      sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000001',
      build: '10.0.18363.657',
    });
    const renamed = await report({
      source: 'fleet',
      name: 'new',
      sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000001',
      build: '10.0.18363.657',
    });
    assert.equal(renamed.deviceId, deviceId);
    assert.deepEqual(await names(application, tenant), ['new']);
    const { contradictions } = await application.getDeviceFacts(
      await application.getDevice(wholeTenant(tenant), 'new'),
    );
    assert.deepEqual(
      contradictions.map(({ fact, counts }) => [fact, counts]),
      [['identity', 'the host was renamed to new']],
    );
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('two machines under one cloned id are told apart by their names, once both came back', async (t) => {
    const { application, tenant, report } = open(t);
    const send = (name: string) =>
      report({
        source: 'fleet',
        name,
        sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000001',
        build: '10.0.18363.657',
      });
    await send('a');
    await send('b');
    const a = await send('a');
    const b = await send('b');
    assert.notEqual(a.deviceId, b.deviceId);
    assert.deepEqual(await names(application, tenant), ['a', 'b']);
    for (const name of ['a', 'b', 'a']) await send(name);
    assert.deepEqual(await names(application, tenant), ['a', 'b']);
    const { contradictions } = await application.getDeviceFacts(await application.getDevice(wholeTenant(tenant), 'a'));
    assert.match(contradictions.find(({ fact }) => fact === 'identity')?.counts ?? '', /cloned/);
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('another name with other facts under one id is another machine at once', async (t) => {
    const { application, tenant, report } = open(t);
    for (const [n, build] of ['10.0.18363.657', '10.0.18363.719', '10.0.18363.836'].entries())
      await report({
        source: 'x',
        name: `clone${n}`,
        sourceId: 'collector:6f1f0c3a-5a52-4f0e-9f3e-0d8a4b7c2e11',
        build,
      });
    assert.deepEqual(await names(application, tenant), ['clone0', 'clone1', 'clone2']);
  });

  it('a host that takes the name of another device does not take the device', async (t) => {
    const { application, tenant, report } = open(t);
    await report({ source: 'list', name: 'taken', build: '10.0.18363.719' });
    await report({
      source: 'fleet',
      name: 'a',
      sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000001',
      build: '10.0.18363.657',
    });
    await report({
      source: 'fleet',
      name: 'taken',
      sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000001',
      build: '10.0.18363.657',
    });
    assert.deepEqual(await names(application, tenant), ['a', 'taken']);
  });

  it('a report without a name belongs to the device of its id', async (t) => {
    const { application, tenant, report } = open(t);
    const { deviceId } = await report({
      source: 'fleet',
      name: 'a',
      sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000001',
      build: '10.0.18363.657',
    });
    assert.equal(
      (await report({ source: 'fleet', sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000001' })).deviceId,
      deviceId,
    );
    assert.deepEqual(await names(application, tenant), ['a']);
    assert.equal(
      (await report({ source: 'fleet', sourceId: 'fleet:3f2a9c00-5a52-4f0e-9f3e-000000000002', build: '10.0.18363' }))
        .changed,
      true,
    );
    assert.equal((await application.listDevices(wholeTenant(tenant), { top: 10, skip: 0 })).devices.length, 2);
  });
});

describe('more reports than the disk takes', () => {
  it('are refused before memory grows with them, and those that were taken are kept', async (t) => {
    const { application, tenant, report } = open(t);
    const sent = await Promise.allSettled(
      Array.from({ length: 20_500 }, (_, n) => report({ source: 'list', name: `pc${n}`, build: '10.0.18363.657' })),
    );
    const refused = sent.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 500);
    for (const each of refused) assert.match(String((each as PromiseRejectedResult).reason), /wait to be stored/);
    const { count } = await application.listDevices(wholeTenant(tenant), { top: 1, skip: 0, count: true });
    assert.equal(count, 20_000);
  });
});

describe('reports that come in parts', () => {
  const parts = [
    {
      file: 'os.json',
      text: JSON.stringify({
        data: {
          affected_items: [
            {
              os: {
                build: '22621',
                major: '10',
                minor: '0',
                name: 'Microsoft Windows 11 Pro',
                version: '10.0.22621.2134',
              },
              architecture: 'x86_64',
              hostname: 'LAB-1',
              scan: { id: 0, time: '2024-11-27T14:00:14+00:00' },
              agent_id: '005',
            },
          ],
          total_affected_items: 1,
          total_failed_items: 0,
          failed_items: [],
        },
        message: 'All specified syscollector information was returned',
        error: 0,
      }),
    },
    {
      file: 'reg.reg',
      text: 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\r\n"CurrentBuild"="22621"\r\n"UBR"=dword:00000856\r\n"ProductName"="Windows 10 Pro"\r\n"InstallationType"="Client"\r\n',
    },
    {
      file: 'net.reg',
      text: 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full]\r\n"Release"=dword:00082348\r\n',
    },
  ];
  it('stand beside each other: the system of one file, the rest of the next', async (t) => {
    for (const order of [parts, parts.toReversed()]) {
      const { application, tenant } = open(t);
      for (const { file, text } of order) {
        const bytes = Buffer.from(text);
        for (const kept of keptDevices(readInventory(reportInput(file, bytes)), bytes)) {
          const inventory = { ...kept.inventory, device: { ...kept.inventory.device, name: 'LAB-1' } };
          await application.applyReport(tenant, { ...kept, inventory, receivedAt: tuesday });
        }
      }
      const state = application.getPatchState(await application.getDevice(wholeTenant(tenant), 'LAB-1'));
      assert.equal(state.os.build, '10.0.22621.2134');
      assert.deepEqual(state.dotnetFramework, ['4.8.1']);
    }
  });
});

describe('ids that are not unique', () => {
  for (const sourceId of ['wazuh:005', 'configmgr:16777220', 'ansible:localhost', 'exporter:localhost:9182']) {
    it(`${sourceId} of two servers never takes over a device of another name`, async (t) => {
      const { application, tenant, report } = open(t);
      await report({ source: 'x', name: 'a', sourceId, build: '10.0.18363.657' });
      await report({ source: 'x', name: 'b', sourceId, build: '10.0.18363.657' });
      assert.equal((await application.listDevices(wholeTenant(tenant), { top: 10, skip: 0 })).devices.length, 2);
    });
  }
  it('joins a list without a name to the system under the same id, whichever comes first', async (t) => {
    for (const order of [
      ['system', 'list'],
      ['list', 'system'],
    ]) {
      const { application, tenant, report } = open(t);
      for (const part of order)
        await report(
          part === 'list'
            ? { source: 'wazuh/updates', sourceId: 'wazuh:005', kbs: ['KB5011048'] }
            : { source: 'wazuh/system', sourceId: 'wazuh:005', name: 'pc1', build: '10.0.18363.657' },
        );
      const state = application.getPatchState(await application.getDevice(wholeTenant(tenant), 'pc1'));
      assert.deepEqual([state.os.build, state.installedKbs], ['10.0.18363.657', ['5011048']]);
    }
  });

  it('means nothing once two names came under it', async (t) => {
    const { application, tenant, report } = open(t);
    for (const name of ['a', 'b']) await report({ source: 'x', name, sourceId: 'wazuh:005', build: '10.0.18363.657' });
    await report({ source: 'y', sourceId: 'wazuh:005', kbs: ['KB5011048'] });
    for (const name of ['a', 'b'])
      assert.deepEqual(
        application.getPatchState(await application.getDevice(wholeTenant(tenant), name)).installedKbs,
        [],
      );
  });
});
