import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { judge } from '../../src/assessment/assess.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import type { Engine } from '../../src/operations/engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const catalogue = loadStarterCatalogue();
const now = new Date('2026-11-25T12:00:00Z');
const devices = 24;

interface Opened {
  readonly application: Application;
  /** States judged so far. */
  readonly judged: () => number;
  readonly warnings: readonly string[];
}

/** Opened as a server opens it, with an engine that tells how often it is asked. */
async function served(dataFolder: string, changed: Partial<Engine> = {}): Promise<Opened> {
  let judged = 0;
  const warnings: string[] = [];
  const engine = { ...catalogueEngine(catalogue, true), ...changed };
  const application = openApplication({
    dataFolder,
    now: () => now,
    engine: { ...engine, judge: (state) => ((judged += 1), judge(state, catalogue, { asOf: null })) },
    log: { warn: (_, sentence) => void warnings.push(sentence) },
  });
  await application.warmUp();
  return { application, judged: () => judged, warnings };
}

async function report(application: Application, from: number, to: number, name = 'default'): Promise<void> {
  const tenant = application.getTenant(name);
  for (let n = from; n < to; n += 1) {
    const sent = {
      schema: 'kbgap-inventory/1',
      device: { name: `pc${n}` },
      os: { name: 'Microsoft Windows 11 Enterprise', build: `10.0.22631.${2300 + n * 90}`, architecture: 'x64' },
      software: [{ name: 'Microsoft Edge', vendor: 'Microsoft Corporation', version: `138.0.3351.${n}` }],
    };
    const raw = Buffer.from(JSON.stringify(sent));
    await application.applyReport(tenant, { inventory: readNative(sent), raw, format: 'native', receivedAt: now });
  }
}

/** All that is counted. */
function countsOf(application: Application): object {
  const scope = wholeTenant(application.getTenant('default'));
  const { exposure } = application;
  const { devices: covered, kbs, cves } = exposure.summarize(scope);
  return {
    summary: { covered, kbs, cves },
    software: exposure.listSoftware(scope),
    vulnerabilities: exposure.listVulnerabilities(scope),
  };
}

const otherCatalogue = {
  ...catalogue.summary,
  id: catalogue.summary.id.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
};

const cases: readonly {
  readonly name: string;
  /** What happens to the file between the two starts. */
  readonly spoil?: (bytes: Buffer) => Buffer;
  readonly changed?: Partial<Engine>;
  readonly judgedAgain: number;
  readonly warned?: boolean;
}[] = [
  { name: 'the same catalogue and program: nothing is judged again', judgedAgain: 0 },
  { name: 'another catalogue: all of it', changed: { catalogue: otherCatalogue }, judgedAgain: devices },
  { name: 'corrections of one’s own: all of it', changed: { isForThreads: false }, judgedAgain: devices },
  {
    name: 'another program: all of it',
    spoil: (bytes) => Buffer.concat([bytes.subarray(0, 16), Buffer.from('00'), bytes.subarray(18)]),
    judgedAgain: devices,
  },
  {
    name: 'one bit turned: all of it, and said',
    spoil: (bytes) => (bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40), bytes),
    judgedAgain: devices,
    warned: true,
  },
  {
    name: 'broken off: all of it, and said',
    spoil: (bytes) => bytes.subarray(0, bytes.length / 2),
    judgedAgain: devices,
    warned: true,
  },
  { name: 'empty: all of it', spoil: () => Buffer.alloc(0), judgedAgain: devices },
  { name: 'something else: all of it', spoil: () => Buffer.from('x'.repeat(5000)), judgedAgain: devices },
];

describe('verdicts kept for the next start', () => {
  for (const { name, spoil, changed = {}, judgedAgain, warned = false } of cases) {
    it(name, async (t) => {
      const dataFolder = temporaryFolder(t);
      const first = await served(dataFolder);
      await report(first.application, 0, devices);
      assert.equal(first.judged(), devices);
      await first.application.close();
      // A command opens the folder without what was kept.
      const anew = openApplication({ dataFolder, now: () => now, engine: catalogueEngine(catalogue, true) });
      const expected = countsOf(anew);
      await anew.close();

      const file = join(dataFolder, 'verdicts');
      if (spoil !== undefined) writeFileSync(file, spoil(readFileSync(file)));
      const second = await served(dataFolder, changed);
      assert.deepEqual(countsOf(second.application), expected);
      assert.deepEqual([second.judged(), second.warnings.length > 0], [judgedAgain, warned]);
      await second.application.close();
    });
  }

  it('nothing of a tenant that is deleted stays', async (t) => {
    const dataFolder = temporaryFolder(t);
    const first = await served(dataFolder);
    const gone = await first.application.createTenant('gone');
    await report(first.application, 0, 4);
    await report(first.application, 4, 9, gone.name);
    await first.application.close();
    // By a command, while no server runs.
    const command = openApplication({ dataFolder, now: () => now, engine: catalogueEngine(catalogue, true) });
    await command.deleteTenant(gone.name);
    await command.close();
    assert.equal(existsSync(join(dataFolder, 'verdicts')), false);
    const second = await served(dataFolder);
    assert.equal(second.judged(), 4);
    await second.application.close();
  });

  it('those that came since are judged, and kept with the others; nobody else may read them', async (t) => {
    const dataFolder = temporaryFolder(t);
    const first = await served(dataFolder);
    await report(first.application, 0, 10);
    await first.application.close();
    const second = await served(dataFolder);
    await report(second.application, 10, 15);
    assert.equal(second.judged(), 5);
    await second.application.close();
    const third = await served(dataFolder);
    assert.equal(third.judged(), 0);
    await third.application.close();
    assert.equal(statSync(join(dataFolder, 'verdicts')).mode & 0o777, 0o600);
  });
});
