import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openApplication } from '../../src/operations/open-application.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

const rounds = Number(process.env['KBGAP_TEST_ROUNDS'] ?? 5);
const reports = 400;

describe('a process that is killed under load', { skip: process.platform === 'win32', timeout: 3_600_000 }, () => {
  it(`leaves every report that was acknowledged, once, ${rounds} times on one store`, async (t) => {
    const folder = temporaryFolder(t);
    const acknowledged = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const before = acknowledged.size;
      for (const deviceId of await acknowledgedUntilKilled(folder, round, 20 + ((round * 37) % 200)))
        acknowledged.add(deviceId);
      assert.ok(acknowledged.size > before, `round ${round}`);
      const application = openApplication({ dataFolder: folder, now: () => new Date(), engine: createFakeEngine() });
      const scope = wholeTenant(application.getTenant('default'));
      for (const deviceId of acknowledged) assert.equal((await application.getDevice(scope, deviceId)).id, deviceId);
      assert.deepEqual(await application.verifyCounts(), []);
      await application.close();
    }
  });
});

/** Ids that the process had said were kept when it was killed, at or after the `many`th. */
async function acknowledgedUntilKilled(folder: string, round: number, many: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./report-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, String(reports), String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
  const acknowledged: string[] = [];
  for await (const deviceId of createInterface({ input: child.stdout })) {
    acknowledged.push(deviceId);
    if (acknowledged.length === many) child.kill('SIGKILL');
  }
  assert.equal(await ended, 'SIGKILL');
  assert.ok(acknowledged.length >= many && acknowledged.length < reports, `${acknowledged.length} acknowledged`);
  return acknowledged;
}
