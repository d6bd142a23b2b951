import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { judge } from '../../src/assessment/assess.ts';
import { CveNumbers } from '../../src/assessment/cve-numbers.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { randomDevices, stateOf } from '../support/random-devices.ts';

const catalogue = loadStarterCatalogue();
const numbers = CveNumbers.of(catalogue);

describe('what is open one by one', () => {
  it('agrees with the verdict and names updates that the documents list for the CVE', () => {
    const check = fc.property(randomDevices(catalogue), (device) => {
      const { assessment, findings } = judge(stateOf(device), catalogue, { asOf: device.asOf });
      const found = findings();
      assert.deepEqual(
        found.map(({ cves }) => cves.length),
        assessment.products.map(({ openCves }) => openCves),
      );
      const names = new Set(found.flatMap(({ cves }) => Array.from(cves, (number) => numbers.nameOf(number))));
      assert.deepEqual([...names].sort(), assessment.openCves);
      for (const { cves, kbs } of found) {
        assert.equal(cves.length, kbs.length);
        cves.forEach((number, index) => {
          assert.ok(index === 0 || number > (cves[index - 1] ?? -1));
          const rows = catalogue.rowsOfVulnerability(numbers.nameOf(number));
          const listed = new Set(Array.from(rows, (row) => catalogue.remediationKb(catalogue.rowRemediation(row))));
          assert.ok(listed.has(kbs[index] ?? -1), `${numbers.nameOf(number)}: ${kbs[index]}`);
        });
      }
    });
    fc.assert(check, { numRuns: 150, seed: 20_260_609 });
  });

  // From MSRC's own pages on the CVEs.
  for (const { build, type, says, expected } of [
    {
      says: 'Windows 10 1909 of November 2019',
      build: '10.0.18363.476',
      type: 'Client',
      expected: { 'CVE-2020-0601': 4528760, 'CVE-2020-0796': 4551762, 'CVE-2020-0645': 4540673 },
    },
    {
      says: 'Windows Server 2019 of July 2020',
      build: '10.0.17763.1339',
      type: 'Server',
      // The first was revised in February 2021 and names the update of its second phase since.
      expected: { 'CVE-2020-1472': 4601345, 'CVE-2021-1675': 5003646 },
    },
    {
      says: 'Windows 11 23H2 of January 2024',
      build: '10.0.22631.3007',
      type: 'Client',
      // As revised, the document of May 2026 lists June's update for x64 (12243), and May's 5087420 for Arm (12242) alone.
      expected: { 'CVE-2025-54518': 5093998, 'CVE-2026-32161': 5093998 },
    },
  ]) {
    it(`${says}: the update of the CVE's own month, however many came after`, () => {
      const state = derivePatchState(
        readNative({
          schema: 'kbgap-inventory/1',
          device: { name: 'host' },
          os: { build, architecture: 'x64', installationType: type },
        }),
      );
      const [os] = judge(state, catalogue, { asOf: null }).findings();
      for (const [cve, kb] of Object.entries(expected))
        assert.equal(os?.kbs[os.cves.indexOf(numbers.find(cve) ?? -1)], kb, cve);
    });
  }

  it('a browser that updates itself has no KB', () => {
    const state = derivePatchState(
      readNative({
        schema: 'kbgap-inventory/1',
        device: { name: 'host' },
        os: { build: '10.0.22631.3007', architecture: 'x64', installationType: 'Client' },
        software: [{ name: 'Microsoft Edge', vendor: 'Microsoft Corporation', version: '128.0.2739.67' }],
      }),
    );
    const { assessment, findings } = judge(state, catalogue, { asOf: null });
    const edge = findings()[assessment.products.findIndex(({ name }) => name === 'Microsoft Edge')];
    assert.ok((edge?.cves.length ?? 0) > 0);
    assert.deepEqual([...new Set(edge?.kbs)], [0]);
  });
});
