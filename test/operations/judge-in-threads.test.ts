import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
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
const builds = [19045, 22631, 26100, 20348] as const;

/** More states than are judged without threads: levels of four branches, every third with programs. */
function* reports(): Generator<object> {
  for (let n = 0; n < 400; n += 1) {
    const build = builds[n % builds.length] ?? 19045;
    const isServer = build === 20348;
    yield {
      schema: 'kbgap-inventory/1',
      device: { name: `pc${n}` },
      os: {
        name: isServer ? 'Microsoft Windows Server 2022 Standard' : 'Microsoft Windows 11 Enterprise',
        build: `10.0.${build}.${2300 + n * 7}`,
        architecture: 'x64',
        installationType: isServer ? 'Server' : 'Client',
      },
      ...(n % 3 === 0
        ? { software: [{ name: 'Microsoft Edge', vendor: 'Microsoft Corporation', version: `138.0.3351.${n}` }] }
        : {}),
    };
  }
}

async function filled(dataFolder: string, engine: Engine): Promise<void> {
  const application = openApplication({ dataFolder, now: () => now, engine });
  const tenant = application.getTenant('default');
  const lines = [...reports()].map((report) => ({
    inventory: readNative(report),
    raw: Buffer.from(JSON.stringify(report)),
  }));
  await Promise.all(
    lines.map((line) => application.applyReport(tenant, { ...line, format: 'native', receivedAt: now })),
  );
  await application.close();
}

function opened(t: TestContext, dataFolder: string, engine: Engine): Application {
  const application = openApplication({ dataFolder, now: () => now, engine });
  t.after(() => application.close());
  return application;
}

/** All that is counted. */
function countsOf(application: Application): unknown {
  const scope = wholeTenant(application.getTenant('default'));
  const { exposure } = application;
  return {
    summary: exposure.summarize(scope),
    software: exposure.listSoftware(scope),
    vulnerabilities: exposure.listVulnerabilities(scope),
    score: exposure.score(scope),
  };
}

describe('states judged on threads of their own', () => {
  it('count as those judged here, at the start and by a new engine', async (t) => {
    const dataFolder = temporaryFolder(t);
    const { isForThreads: _, ...here } = catalogueEngine(catalogue, true);
    await filled(dataFolder, here);
    const inline = opened(t, dataFolder, here);
    await inline.warmUp();
    const expected = countsOf(inline);

    const threads = opened(t, dataFolder, catalogueEngine(catalogue, true));
    await threads.warmUp();
    assert.deepEqual(countsOf(threads), expected);
    await threads.useEngine(catalogueEngine(loadStarterCatalogue(), true));
    assert.deepEqual(countsOf(threads), expected);
    assert.deepEqual(await threads.verifyCounts(), []);
  });

  it('hold nobody up who asks meanwhile, and stop when the application closes', async (t) => {
    const dataFolder = temporaryFolder(t);
    await filled(dataFolder, catalogueEngine(catalogue, true));
    const application = openApplication({ dataFolder, now: () => now, engine: catalogueEngine(catalogue, true) });
    const warming = application.warmUp();
    const scope = wholeTenant(application.getTenant('default'));
    assert.equal(application.exposure.summarize(scope).devices.assessed > 0, true);
    await application.close();
    await warming.catch(() => undefined);
  });
});
