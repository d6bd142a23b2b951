import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openApplication } from '../../src/operations/open-application.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-06-10T08:00:00Z');
const march = parseKbNumber('4540673');

/** `devices` hosts, each in a state of its own: an update that nobody knows parts them. */
async function* body(devices: number, build: string): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < devices; n += 1) {
    const report = {
      schema: 'kbgap-inventory/1',
      device: { name: `host${n}` },
      os: { name: 'Microsoft Windows 10 Enterprise', build, architecture: 'x64' },
      updates: [{ kb: `KB${9_000_000 + n}`, state: 'installed' }],
    };
    yield await Promise.resolve(Buffer.from(`${JSON.stringify(report)}\n`));
  }
}

describe('counts after a bulk import', () => {
  it('are exact at once, whether or not its states were judged ahead', async (t) => {
    const engine = createFakeEngine();
    const application = openApplication({ dataFolder: temporaryFolder(t), now: () => now, engine });
    t.after(() => application.close());
    const tenant = application.getTenant('default');
    const bulk = { receivedAt: now, longestLine: 10_000 };
    await application.warmUp();

    assert.equal((await application.applyReports(tenant, body(700, '10.0.18363.657'), bulk)).accepted, 700);
    assert.equal(engine.assessed(), 0, 'no verdict while reports are kept');
    assert.equal((await application.getDevice(wholeTenant(tenant), 'host1')).osPlatform, 'Windows10');
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), march), 700);
    assert.equal(engine.assessed(), 700);

    await application.applyReports(tenant, body(700, '10.0.18363.657'), bulk);
    assert.equal(engine.assessed(), 700, 'unchanged devices cost no verdict');

    // Patched, and one deleted before its new state was judged.
    await application.applyReports(tenant, body(500, '10.0.18363.719'), bulk);
    await application.deleteDevice(wholeTenant(tenant), 'host0');
    await application.settleCounts(tenant);
    assert.equal(application.countDevicesMissing(wholeTenant(tenant), march), 200);
    assert.equal(engine.assessed(), 1199, 'nobody stands in the state of the deleted one');
    assert.deepEqual(await application.verifyCounts(), []);
  });
});
