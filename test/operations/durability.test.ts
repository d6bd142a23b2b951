import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openApplication } from '../../src/operations/open-application.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

const reports = 200;
const killAfter = 60;

it(
  'keeps every report that was acknowledged before the process was killed',
  { skip: process.platform === 'win32' },
  async (t) => {
    const folder = temporaryFolder(t);
    const script = fileURLToPath(new URL('./report-until-killed.ts', import.meta.url));
    const child = spawn(process.execPath, [script, folder, String(reports)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)));

    const acknowledged: string[] = [];
    for await (const deviceId of createInterface({ input: child.stdout })) {
      acknowledged.push(deviceId);
      if (acknowledged.length === killAfter) child.kill('SIGKILL');
    }
    assert.equal(await ended, 'SIGKILL');
    assert.ok(acknowledged.length >= killAfter && acknowledged.length < reports, `${acknowledged.length} acknowledged`);

    const application = openApplication({ dataFolder: folder, now: () => new Date(), engine: createFakeEngine() });
    t.after(() => application.close());
    const tenant = application.getTenant('default');
    for (const deviceId of acknowledged)
      assert.equal((await application.getDevice(wholeTenant(tenant), deviceId)).id, deviceId);
    assert.deepEqual(await application.verifyCounts(), []);
  },
);
