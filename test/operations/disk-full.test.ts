import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

const now = new Date('2026-11-25T12:00:00Z');

/** A disk in memory. `false` where this user may not mount one. */
function mount(folder: string, options: string): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  return status === 0;
}

async function report(application: Application, name: string): Promise<void> {
  const inventory = readNative({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
  });
  const tenant = application.getTenant('default');
  await application.applyReport(tenant, { inventory, raw: randomBytes(20_000), format: 'native', receivedAt: now });
}

describe('a disk that is full', () => {
  it('refuses what cannot be kept, answers what is there, and takes reports again when there is room', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'kbgap-test-disk-'));
    t.after(() => {
      spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
      rmdirSync(folder);
    });
    if (!mount(folder, 'size=2m')) return t.skip('needs the right to mount a small disk');
    const application = openApplication({
      dataFolder: join(folder, 'data'),
      now: () => now,
      engine: catalogueEngine(loadStarterCatalogue(), true),
    });
    let stored = 0;
    let refusal: unknown;
    while (refusal === undefined && stored < 500)
      await report(application, `pc${stored}`).then(
        () => (stored += 1),
        (error: unknown) => (refusal = error),
      );
    assert.ok(refusal instanceof Error && 'code' in refusal && refusal.code === 'store-write', String(refusal));
    assert.match(refusal.message, /disk is full/);
    const scope = wholeTenant(application.getTenant('default'));
    const listed = await application.listDevices(scope, { top: 1000, skip: 0 });
    assert.equal(listed.devices.length, stored);
    assert.equal((await application.getDevice(scope, 'pc0')).name, 'pc0');

    assert.equal(spawnSync('mount', ['-o', 'remount,size=20m', folder]).status, 0);
    await report(application, 'with room again');
    assert.deepEqual(await application.verifyCounts(), []);
    assert.equal((await application.listDevices(scope, { top: 1000, skip: 0 })).devices.length, stored + 1);
    await application.close();
  });
});
