import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openApplication } from '../../src/operations/open-application.ts';
import type { Application } from '../../src/operations/application.ts';
import type { Tenant } from '../../src/store/store.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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
      const state = application.getPatchState(application.getDevice(tenant, 'pc1'));
      assert.equal(state.os.build, '10.0.18363.657');
      assert.deepEqual(state.installedKbs, ['5011048']);
      const { sources, facts } = application.getDeviceFacts(application.getDevice(tenant, 'pc1'));
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
    assert.deepEqual(application.getPatchState(application.getDevice(tenant, 'pc1')).installedKbs, ['5034122']);
  });

  it('that come at once are all joined', async (t) => {
    const { application, tenant, report } = open(t);
    const kbs = Array.from({ length: 12 }, (_, n) => `KB50110${10 + n}`);
    await Promise.all(kbs.map((kb, n) => report({ source: `s${n}`, name: 'pc1', build: '10.0.18363.657', kbs: [kb] })));
    const device = application.getDevice(tenant, 'pc1');
    assert.equal(application.getPatchState(device).installedKbs.length, 12);
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('an update listed before a lower build was seen does not speak for it, and is shown', async (t) => {
    const { application, tenant, report } = open(t);
    await report({ source: 'list', name: 'pc1', build: '10.0.18363', kbs: ['KB4540673'], receivedAt: monday });
    await report({ source: 'registry', name: 'pc1', build: '10.0.18363.657' });
    const device = application.getDevice(tenant, 'pc1');
    assert.deepEqual(application.getPatchState(device).earlierKbs, ['4540673']);
    assert.deepEqual(
      application.getDeviceFacts(device).contradictions.map(({ fact }) => fact),
      ['updates'],
    );
  });
});

describe('the identity of a device', () => {
  const names = (application: Application, tenant: Tenant): readonly (string | null)[] =>
    application
      .listDevices(tenant, { top: 100, skip: 0 })
      .devices.map(({ name }) => name)
      .sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));

  it('a renamed host stays the same device, and its former name is shown', async (t) => {
    const { application, tenant, report } = open(t);
    const { deviceId } = await report({ source: 'fleet', name: 'old', sourceId: 'fleet:1', build: '10.0.18363.657' });
    const renamed = await report({ source: 'fleet', name: 'new', sourceId: 'fleet:1', build: '10.0.18363.657' });
    assert.equal(renamed.deviceId, deviceId);
    assert.deepEqual(names(application, tenant), ['new']);
    const { contradictions } = application.getDeviceFacts(application.getDevice(tenant, 'new'));
    assert.deepEqual(
      contradictions.map(({ fact, counts }) => [fact, counts]),
      [['identity', 'the host was renamed to new']],
    );
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('two machines under one cloned id are told apart by their names, once both came back', async (t) => {
    const { application, tenant, report } = open(t);
    const send = (name: string) => report({ source: 'fleet', name, sourceId: 'fleet:1', build: '10.0.18363.657' });
    await send('a');
    await send('b');
    const a = await send('a');
    const b = await send('b');
    assert.notEqual(a.deviceId, b.deviceId);
    assert.deepEqual(names(application, tenant), ['a', 'b']);
    for (const name of ['a', 'b', 'a']) await send(name);
    assert.deepEqual(names(application, tenant), ['a', 'b']);
    const { contradictions } = application.getDeviceFacts(application.getDevice(tenant, 'a'));
    assert.match(contradictions.find(({ fact }) => fact === 'identity')?.counts ?? '', /cloned/);
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('a host that takes the name of another device does not take the device', async (t) => {
    const { application, tenant, report } = open(t);
    await report({ source: 'list', name: 'taken', build: '10.0.18363.719' });
    await report({ source: 'fleet', name: 'a', sourceId: 'fleet:1', build: '10.0.18363.657' });
    await report({ source: 'fleet', name: 'taken', sourceId: 'fleet:1', build: '10.0.18363.657' });
    assert.deepEqual(names(application, tenant), ['a', 'taken']);
  });

  it('a report without a name belongs to the device of its id', async (t) => {
    const { application, tenant, report } = open(t);
    const { deviceId } = await report({ source: 'fleet', name: 'a', sourceId: 'fleet:1', build: '10.0.18363.657' });
    assert.equal((await report({ source: 'fleet', sourceId: 'fleet:1' })).deviceId, deviceId);
    assert.deepEqual(names(application, tenant), ['a']);
    assert.equal((await report({ source: 'fleet', sourceId: 'fleet:2', build: '10.0.18363' })).changed, true);
    assert.equal(application.listDevices(tenant, { top: 10, skip: 0 }).devices.length, 2);
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
    const { count } = application.listDevices(tenant, { top: 1, skip: 0, count: true });
    assert.equal(count, 20_000);
  });
});
