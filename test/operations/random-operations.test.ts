import { describe, it } from 'node:test';
import { openApplication } from '../../src/operations/open-application.ts';
import { databasesOfThisRun } from '../store/databases.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { runRandomOperations } from '../support/random-operations.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const operations = Number(process.env['KBGAP_SOAK_OPERATIONS'] ?? 10_000);
const seed = Number(process.env['KBGAP_SOAK_SEED'] ?? Date.now() % 1_000_000);

describe('counts after any operations of many at once equal a recount', { timeout: 24 * 3_600_000 }, () => {
  for (const { name, open } of databasesOfThisRun) {
    it(`${name}: ${operations} operations, seed ${seed}`, async (t) => {
      const dataFolder = temporaryFolder(t);
      const application = openApplication({
        dataFolder,
        now: () => new Date(),
        engine: createFakeEngine(),
        store: await open(dataFolder),
      });
      t.after(() => application.close());
      await application.warmUp();
      await runRandomOperations({ application, seed, operations, checksMeanwhile: name === 'SQLite' });
    });
  }
});
