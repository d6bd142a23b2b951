import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startFleetServer } from '../support/fleet-server.ts';
import type { JsonRow } from '../support/fleet-server.ts';

// Every figure of the lists against a recount from what single devices answer.

const { get, all } = await startFleetServer(() => new Date('2026-11-23T12:00:00Z'));

interface DeviceLists {
  readonly id: string;
  readonly software: readonly JsonRow[];
  readonly cves: readonly string[];
  readonly kbs: readonly JsonRow[];
  readonly recommendations: readonly string[];
}

const idsOf = (rows: readonly JsonRow[]): readonly string[] => rows.map(({ id }) => String(id));

const machines = await all('/api/machines');
const devices: readonly DeviceLists[] = await Promise.all(
  idsOf(machines).map(async (id) => ({
    id,
    software: await all(`/api/machines/${id}/software`),
    cves: idsOf(await all(`/api/machines/${id}/vulnerabilities`)),
    kbs: await all(`/api/machines/${id}/getmissingkbs`),
    recommendations: idsOf(await all(`/api/machines/${id}/recommendations`)),
  })),
);
const open = await all('/api/vulnerabilities/machinesVulnerabilities');
const has = (device: DeviceLists, id: string): boolean => device.software.some((row) => row['id'] === id);
const distinct = (values: readonly unknown[]): readonly string[] => [...new Set(values.map(String))].toSorted();
const softwareOf = ({ productVendor, productName }: JsonRow): string =>
  `${String(productVendor)}-_-${String(productName)}`;

describe('a recount from single devices', () => {
  it('vulnerabilities: which are listed, exposedMachines, and the machines themselves', async () => {
    const listed = await all('/api/vulnerabilities');
    assert.deepEqual(idsOf(listed).toSorted(), distinct(devices.flatMap(({ cves }) => cves)));
    for (const { id, exposedMachines } of listed) {
      const exposed = devices.filter(({ cves }) => cves.includes(String(id))).map((device) => device.id);
      assert.equal(exposedMachines, exposed.length, String(id));
    }
    for (const { id } of listed.filter((_, index) => index % 40 === 0)) {
      const exposed = devices.filter(({ cves }) => cves.includes(String(id))).map((device) => device.id);
      assert.deepEqual(idsOf(await all(`/api/vulnerabilities/${String(id)}/machineReferences`)), exposed.toSorted());
    }
  });

  it('machinesVulnerabilities: the CVEs of each device', () => {
    for (const device of devices)
      assert.deepEqual(
        distinct(open.filter(({ machineId }) => machineId === device.id).map(({ cveId }) => cveId)),
        device.cves.toSorted(),
      );
  });

  // A row names the update that its product's documents list now; a month whose rows went to a later update still stands in the list.
  it('missing KBs: each that a row names, with at least its CVEs, each with its count of devices', async () => {
    for (const device of devices) {
      const fixing = open.filter((row) => row['machineId'] === device.id && row['fixingKbId'] !== null);
      const named = distinct(fixing.map(({ fixingKbId }) => fixingKbId));
      assert.deepEqual(
        named.filter((kb) => !idsOf(device.kbs).includes(kb)),
        [],
      );
      for (const { id, cveAddressed, machineMissedOn } of device.kbs) {
        const cves = distinct(fixing.filter(({ fixingKbId }) => fixingKbId === id).map(({ cveId }) => cveId));
        assert.ok(Number(cveAddressed) >= Math.max(1, cves.length), `CVEs of ${String(id)} on ${device.id}`);
        assert.ok(Number(cveAddressed) <= device.cves.length);
        assert.equal(machineMissedOn, devices.filter(({ kbs }) => idsOf(kbs).includes(String(id))).length);
      }
    }
  });

  it('missing KBs of software: those of its devices, counted', async () => {
    for (const row of await all('/api/Software')) {
      const { id, name } = row;
      const kbs = await all(`/api/Software/${String(id)}/getmissingkbs`);
      const having = devices.filter((device) => has(device, String(id)));
      const missed = having.flatMap((device) =>
        device.kbs
          .filter(({ productsNames }) => (productsNames as readonly unknown[]).includes(name))
          .map((kb) => ({ kb: String(kb['id']), device: device.id })),
      );
      assert.deepEqual(idsOf(kbs).toSorted(), distinct(missed.map(({ kb }) => kb)), String(id));
      for (const kb of kbs)
        assert.equal(kb['machineMissedOn'], missed.filter((each) => each.kb === kb['id']).length, String(kb['id']));
    }
  });

  it('software: what is installed, weaknesses, exposed and installed devices, versions, references', async () => {
    const listed = await all('/api/Software');
    assert.deepEqual(idsOf(listed).toSorted(), distinct(devices.flatMap(({ software }) => idsOf(software))));
    for (const row of listed) {
      const id = String(row['id']);
      const rows = open.filter((each) => softwareOf(each) === id);
      const cves = distinct(rows.map(({ cveId }) => cveId));
      const installed = devices.filter((device) => has(device, id)).map((device) => device.id);
      assert.deepEqual(
        [row['weaknesses'], row['exposedMachines'], row['installedMachines']],
        [cves.length, distinct(rows.map(({ machineId }) => machineId)).length, installed.length],
        id,
      );
      assert.deepEqual(idsOf(await all(`/api/Software/${id}/vulnerabilities`)).toSorted(), cves, id);
      assert.deepEqual(idsOf(await all(`/api/Software/${id}/machineReferences`)), installed.toSorted(), id);
      const versions = await all(`/api/Software/${id}/distributions`);
      const installations = versions.map((each) => Number(each['installations']));
      assert.equal(installations.reduce((sum, each) => sum + each, 0) >= installed.length, true, id);
      for (const { version, vulnerabilities } of versions)
        assert.equal(
          vulnerabilities,
          distinct(rows.filter(({ productVersion }) => productVersion === version).map(({ cveId }) => cveId)).length,
          `${id} ${String(version)}`,
        );
    }
  });

  it('recommendations: one for each software in which something is open, with its devices and CVEs', async () => {
    const listed = await all('/api/recommendations');
    assert.deepEqual(idsOf(listed).toSorted(), distinct(open.map((row) => `va-_-${softwareOf(row)}`)));
    assert.deepEqual(distinct(devices.flatMap(({ recommendations }) => recommendations)), idsOf(listed).toSorted());
    for (const row of listed) {
      const id = String(row['id']);
      const software = id.slice('va-_-'.length);
      const rows = open.filter((each) => softwareOf(each) === software);
      const exposed = distinct(rows.map(({ machineId }) => machineId));
      assert.deepEqual(
        [row['weaknesses'], row['exposedMachinesCount'], row['totalMachineCount']],
        [
          distinct(rows.map(({ cveId }) => cveId)).length,
          exposed.length,
          devices.filter((device) => has(device, software)).length,
        ],
        id,
      );
      assert.deepEqual(idsOf(await all(`/api/recommendations/${id}/machineReferences`)).toSorted(), exposed, id);
      assert.deepEqual(
        idsOf(await all(`/api/recommendations/${id}/vulnerabilities`)).toSorted(),
        distinct(rows.map(({ cveId }) => cveId)),
        id,
      );
      assert.equal((await get(`/api/recommendations/${id}/software`))['id'], software);
    }
  });
});
