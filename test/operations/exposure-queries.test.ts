import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { wholeTenant } from '../../src/operations/scope.ts';
import { openOverStarter, reportAll, smallFleet } from '../support/small-fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = (): Date => new Date('2026-11-23T12:00:00Z');
const application = openOverStarter(temporaryFolder({ after }), now);
after(() => application.close());
const tenant = application.getTenant('default');
const scope = wholeTenant(tenant);
await reportAll(application, tenant, { receivedAt: now() });
const devices = await Promise.all(smallFleet.map(async ({ name }) => application.getDevice(scope, name)));
const verdicts = devices.map((device) => application.getAssessment(device));

/** How often each is said, most first, then by id. */
function ranked(lists: readonly (readonly string[])[], compare: (a: string, b: string) => number): object[] {
  const counts = new Map<string, number>();
  for (const list of lists) for (const each of new Set(list)) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || compare(a, b)).map(([id, count]) => ({ id, devices: count }));
}

describe('exposure of a tenant', () => {
  it('counts what the verdicts of its devices say one by one', () => {
    const { devices: counts, kbs, cves } = application.exposure.summarize(scope);
    const covered = (wanted: string): number => verdicts.filter(({ coverage }) => coverage === wanted).length;
    assert.deepEqual(counts, {
      assessed: covered('assessed'),
      partlyAssessed: covered('partly-assessed'),
      notAssessed: covered('not-assessed'),
    });
    assert.equal(covered('not-assessed'), 1);
    assert.deepEqual(
      kbs.map(({ kb, devices: count }) => ({ id: kb, devices: count })),
      ranked(
        verdicts.map(({ missing }) => missing.map(({ kb }) => kb)),
        (a, b) => Number(a) - Number(b),
      ),
    );
    assert.deepEqual(
      cves.map(({ cve, devices: count }) => ({ id: cve, devices: count })),
      ranked(
        verdicts.map(({ openCves }) => openCves),
        (a, b) => (a < b ? -1 : 1),
      ),
    );
    assert.equal(kbs.find(({ kb }) => kb === '4540673')?.name, 'March 2020 Security Updates');
  });

  it('counts installations, versions and weaknesses of software', () => {
    const edge = application.exposure.findSoftware(scope, 'Microsoft-_-Edge_chromium-based');
    assert.deepEqual(
      edge?.versions.map(({ version, installations }) => [version, installations]),
      [
        ['128.0.2739.67', 1],
        ['140.0.3485.54', 1],
      ],
    );
    assert.equal(edge.installedDevices, 2);
    assert.ok(edge.impact > 0 && edge.weaknesses > 0);
    const windows = application.exposure.findSoftware(scope, 'microsoft-_-windows_10');
    assert.deepEqual([windows?.isOs, windows?.installedDevices, windows?.exposedDevices], [true, 2, 2]);
  });

  it('finds the devices of a CVE, of a software and of a platform by their patch states', () => {
    const cve = application.exposure.findCve('cve-2020-0796') ?? -1;
    const open = application.exposure.statesOpenTo(scope, cve);
    assert.deepEqual([open.devices, open.allDevices], [2, 7]);
    assert.equal(application.exposure.statesWithSoftware(scope, 'microsoft-_-windows_server_2019', true).devices, 1);
    assert.equal(application.exposure.statesWhere(scope, ({ osPlatform }) => osPlatform === 'Windows11').devices, 3);
    assert.equal(application.exposure.findCve('CVE-1999-0001'), undefined);
  });

  it('has a score that falls when a device is patched', async () => {
    const before = application.exposure.score(scope);
    await reportAll(application, tenant, {
      devices: [{ name: 'pc-a', build: '10.0.18363.2274' }],
      receivedAt: new Date('2026-11-23T13:00:00Z'),
    });
    const after = application.exposure.score(scope);
    assert.ok(after < before && after > 0 && before < 100, `${after} ${before}`);
    assert.deepEqual(application.exposure.scoresByGroup(scope), [{ group: '', score: after }]);
  });
});
