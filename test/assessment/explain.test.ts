import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explain } from '../../src/assessment/explain.ts';
import type { ExplainSubject } from '../../src/assessment/explain.ts';
import type { Evidence } from '../../src/assessment/evidence.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';

interface ExplainCase {
  readonly says: string;
  readonly device: object;
  readonly subject: string;
  readonly asOf: string;
  readonly verdict: Evidence['verdict'];
  readonly rule: string;
  /** What some sentence must hold. */
  readonly because: RegExp;
}

const windows7 = {
  os: { name: 'Windows 7 Professional', build: '6.1.7601', architecture: 'x64' },
  components: { internetExplorer: '11.0.9600.1' },
  updates: [{ kb: 'KB4480970', state: 'installed' }],
};
const server = {
  os: {
    name: 'Windows Server 2019 Standard',
    build: '10.0.17763.6532',
    architecture: 'x64',
    installationType: 'Server',
  },
  software: [{ name: 'Microsoft SQL Server 2019 (64-bit)', version: '15.0.2095.3' }],
};
const client = {
  os: { name: 'Windows 10 Pro', build: '10.0.19045.3930', architecture: 'x64' },
  components: { dotnetFramework: ['4.8'] },
  updates: [{ kb: 'KB5034122', state: 'installed' }],
  software: [{ name: 'Microsoft Edge', version: '128.0.2739.67' }],
};

// Expectations from the worked cases of the verdict's specification.
const cases: readonly ExplainCase[] = [
  {
    says: 'the next rollup',
    device: windows7,
    subject: '4486563',
    asOf: '2019-02-28',
    verdict: 'missing',
    rule: 'windows-rollup',
    because: /same line of rollups/,
  },
  {
    says: 'why an alternative is not taken',
    device: windows7,
    subject: '4486564',
    asOf: '2019-02-28',
    verdict: 'not-applicable',
    rule: 'windows-rollup',
    because: /KB4486563 closes all of it/,
  },
  {
    says: 'what the rollup holds already',
    device: windows7,
    subject: '4480960',
    asOf: '2019-02-28',
    verdict: 'remediated',
    rule: 'windows-rollup',
    because: /KB4480970/,
  },
  {
    says: 'SQL Server on the GDR line',
    device: server,
    subject: '5021125',
    asOf: '2023-02-28',
    verdict: 'missing',
    rule: 'sql-server',
    because: /15\.0\.2101\.7/,
  },
  {
    says: 'the CU update is of another line',
    device: server,
    subject: '5021124',
    asOf: '2023-02-28',
    verdict: 'not-applicable',
    rule: 'windows-cumulative',
    because: /No row/,
  },
  {
    says: 'a CVE of Edge has no KB',
    device: client,
    subject: 'CVE-2024-8639',
    asOf: '2024-09-30',
    verdict: 'missing',
    rule: 'edge-chromium',
    because: /No update with a KB number/,
  },
  {
    says: '.NET Framework',
    device: client,
    subject: '5034275',
    asOf: '2024-01-31',
    verdict: 'missing',
    rule: 'dotnet-framework',
    because: /update list does not name KB5034275/,
  },
];

describe('explain', () => {
  const catalogue = loadStarterCatalogue();
  for (const { says, device, subject, asOf, verdict, rule, because } of cases) {
    it(`${says}: ${subject}`, () => {
      const inventory = readNative({ schema: 'kbgap-inventory/1', device: { name: 'host' }, ...device });
      const asked = (subject.startsWith('CVE') ? { vulnerability: subject } : { kb: subject }) as ExplainSubject;
      const told = explain(derivePatchState(inventory), catalogue, asked, { asOf });
      assert.deepEqual([told.verdict, told.rule], [verdict, rule]);
      assert.match(told.because.join('\n'), because);
      if (verdict === 'missing')
        assert.ok(told.rows.length > 0 && told.documents.length > 0 && told.wouldFlip.length > 0);
    });
  }
});
