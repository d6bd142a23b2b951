import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import type { Engine } from '../../src/operations/engine.ts';
import type { Log } from '../../src/operations/log.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import type { ListedChange } from '../../src/operations/publications/list-changes.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import { databasesOfThisRun } from '../store/databases.ts';
import { createFakeEngine, march2020 } from '../support/fake-engine.ts';
import type { FakeUpdate } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const april: FakeUpdate = { kb: '4549951', ubr: 778, cves: { windows_10: 40 } };
const engines: Readonly<Record<string, Engine>> = {
  march: createFakeEngine([march2020], 'sha256:march'),
  april: createFakeEngine([march2020, april], 'sha256:april'),
  may: createFakeEngine([april], 'sha256:may'),
};
const engineOf = (name: string): Engine => engines[name] ?? assert.fail();

/** One for all processes. */
let at = Date.parse('2026-06-10T08:00:00Z');

for (const database of databasesOfThisRun) {
  /** A process on `folder`; `kept` catalogues are at hand from before. */
  const open = async (
    t: TestContext,
    {
      folder,
      engine,
      kept = ['march', 'april', 'may'],
      log,
    }: { folder: string; engine: string; kept?: string[]; log?: Log },
  ): Promise<Application> => {
    const application = openApplication({
      dataFolder: folder,
      now: () => new Date((at += 1000)),
      engine: engineOf(engine),
      findFormerEngine: (id) => kept.map(engineOf).find(({ catalogue }) => catalogue.id === id),
      store: await database.open(folder),
      ...(log === undefined ? {} : { log }),
    });
    t.after(() => application.close());
    return application;
  };
  const report = async (application: Application, name: string, build: string | null): Promise<void> => {
    const os = { name: 'Microsoft Windows 10 Enterprise', architecture: 'x64', ...(build === null ? {} : { build }) };
    const inventory = readNative({ schema: 'kbgap-inventory/1', device: { name }, os });
    const receivedAt = new Date('2026-06-10T08:00:00Z');
    await application.applyReport(application.getTenant('default'), {
      inventory,
      raw: Buffer.from('{}'),
      format: 'native',
      receivedAt,
    });
  };
  const list = async (application: Application): Promise<readonly ListedChange[]> =>
    (await application.listChanges(wholeTenant(application.getTenant('default')), { top: 100 })).changes;
  const shown = ({ previousCatalogueId, catalogueId, verdicts }: ListedChange): readonly unknown[] => [
    `${previousCatalogueId?.slice(7) ?? 'nothing'} → ${catalogueId.slice(7)}`,
    verdicts === null ? null : [verdicts.devicesChanged, verdicts.devices, ...verdicts.kbs.map((kb) => kb.join(' '))],
  ];
  /** `warmUp` does it beside what is asked. */
  const until = async (application: Application, count: number): Promise<readonly ListedChange[]> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const changes = await list(application);
      if (changes.length >= count) return changes;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return list(application);
  };

  describe(`what a catalogue changed, on ${database.name}`, () => {
    it('is told and kept: over a restart, and for what came into force meanwhile', async (t) => {
      const folder = temporaryFolder(t);
      const first = await open(t, { folder, engine: 'march' });
      await report(first, 'behind', '10.0.18363.657');
      await report(first, 'also-behind', '10.0.18363.657');
      await report(first, 'march', '10.0.18363.719');
      await report(first, 'april', '10.0.18363.778');
      await report(first, 'unknown', null);
      await first.warmUp();
      await until(first, 1);
      const told = await first.useEngine(engineOf('april'));
      assert.deepEqual(
        [told?.previousCatalogueId, told?.catalogueId, told?.devices, told?.devicesChanged],
        ['sha256:march', 'sha256:april', 5, 3],
      );
      assert.deepEqual([told?.patchStates, told?.patchStatesChanged], [4, 2]);
      const expected = [
        ['march → april', [3, 5, '4549951 0 3']],
        ['nothing → march', null],
      ];
      assert.deepEqual((await list(first)).map(shown), expected);
      await first.close();

      const same = await open(t, { folder, engine: 'april' });
      await same.warmUp();
      await same.useEngine(engineOf('april'));
      assert.deepEqual((await list(same)).map(shown), expected, 'the same again is no news');
      await same.close();

      const later = await open(t, { folder, engine: 'may' });
      await report(later, 'also-behind', '10.0.18363.719');
      await later.warmUp();
      assert.deepEqual((await until(later, 3)).map(shown), [['april → may', [1, 5, '4540673 1 0']], ...expected]);
      await later.close();

      const lost = await open(t, { folder, engine: 'march', kept: [] });
      await lost.warmUp();
      const [newest] = await until(lost, 4);
      assert.deepEqual(newest === undefined ? [] : shown(newest), ['may → march', null], 'judged by nothing any more');
    });

    it('is told once where two servers share what is kept', async (t) => {
      const folder = temporaryFolder(t);
      const nodes = [await open(t, { folder, engine: 'march' }), await open(t, { folder, engine: 'march' })];
      const [node] = nodes;
      assert.ok(node);
      await report(node, 'behind', '10.0.18363.657');
      for (const each of nodes) await each.warmUp();
      await Promise.all(nodes.map((each) => each.useEngine(engineOf('april'))));
      await Promise.all(nodes.map((each) => each.useEngine(engineOf('may'))));
      const changes = (await until(node, 3)).filter(({ previousCatalogueId }) => previousCatalogueId !== null);
      assert.deepEqual(
        changes.map((change) => shown(change)[0]),
        ['april → may', 'march → april'],
      );
    });
  });
}
