import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UndeterminedReason } from '../../src/assessment/assessment.ts';
import { explain } from '../../src/assessment/explain.ts';

import type { Evidence, ExplainSubject } from '../../src/assessment/evidence.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';

type ExplainCase = readonly [
  says: string,
  device: object,
  subject: string,
  asOf: string,
  verdict: Evidence['verdict'],
  rule: string,
  /** What the sentences must hold. */
  because: RegExp,
];

function ask(device: object, subject: string, asOf: string | null): Evidence {
  const inventory = readNative({ schema: 'kbgap-inventory/1', device: { name: 'host' }, ...device });
  const asked = (/^(?:CVE|ADV)/.test(subject) ? { vulnerability: subject } : { kb: subject }) as ExplainSubject;
  return explain(derivePatchState(inventory), catalogue, asked, { asOf });
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
const withoutList = { ...client, updates: [] };
const flash = {
  os: { name: 'Windows 10 Pro', build: '10.0.17134.590', architecture: 'x64' },
  updates: [{ kb: 'KB4487017', state: 'installed' }],
};
const hotpatched = {
  os: {
    name: 'Windows Server 2022 Datacenter',
    build: '10.0.20348.2695',
    architecture: 'x64',
    installationType: 'Server',
  },
  updates: [{ kb: 'KB5042880', state: 'installed' }],
};
const hotpatchedClient = { os: { name: 'Windows 11 Enterprise', build: '10.0.26100.8390', architecture: 'x64' } };
const server2022 = {
  os: {
    name: 'Windows Server 2022 Datacenter',
    build: '10.0.20348.950',
    architecture: 'x64',
    installationType: 'Server',
  },
};
const server2025 = {
  os: {
    name: 'Windows Server 2025 Standard',
    build: '10.0.26100.32860',
    architecture: 'x64',
    installationType: 'Server',
  },
};
const withPowerShell = {
  os: { name: 'Windows 10 Pro', build: '10.0.19045.4529', architecture: 'x64' },
  software: [{ name: 'PowerShell 7-x64', version: '7.2.0' }],
};
const unknownLevel = {
  os: { name: 'Windows 10 Pro', build: '10.0.15063', architecture: 'x64' },
  software: [{ name: 'Microsoft SQL Server 2014 (64-bit)', version: '12.0.6024.0' }],
};
const lostRows = {
  os: { name: 'Windows 10 Pro', build: '10.0.17763.5122', architecture: 'arm64' },
  updatesComplete: true,
};
const exchange = { ...server, software: [{ name: 'Microsoft Exchange Server 2019', version: '15.2.1258.28' }] };
const arm = { os: { name: 'Windows 11 Pro', build: '10.0.22000.3100', architecture: 'arm64' } };

const plain22H2 = { name: 'Windows 10 Pro', build: '10.0.19045', architecture: 'x64', installationType: 'Client' };
const cutList = { os: plain22H2, updates: [{ kb: 'KB5033372', state: 'installed' }], updatesCut: true };
const twoRollups = { os: { ...plain22H2, rollupLevel: '10.0.19041.3930', rollupLevelFrom: '10.0.19041.3803' } };

// Expectations from the verdict's specification: its worked cases, and the rows of the documents that it names.
const cases: readonly ExplainCase[] = [
  ['the next rollup', windows7, '4486563', '2019-02-28', 'missing', 'windows-rollup', /same line of rollups/],
  [
    'a Security Only update is passed over',
    windows7,
    '4486564',
    '2019-02-28',
    'not-applicable',
    'windows-rollup',
    /own month alone[^]*KB4486563 closes all of it/,
  ],
  [
    'the next update, where a list was cut off before it could name it',
    cutList,
    '5034122',
    '2024-01-31',
    'undetermined',
    'none',
    /only a part came/,
  ],
  [
    'an update that one of two roll-ups is',
    twoRollups,
    '5034122',
    '2024-01-31',
    'undetermined',
    'none',
    /3803 or 10\.0\.19041\.3930/,
  ],
  ['the update after both', twoRollups, '5034763', '2024-02-29', 'missing', 'windows-cumulative', /5034122|3930/],
  ['what the rollup holds already', windows7, '4480960', '2019-02-28', 'remediated', 'windows-rollup', /KB4480970/],
  [
    'an installed Security Only update that does not name the CVE',
    { ...windows7, updates: [{ kb: 'KB4486564', state: 'installed' }] },
    'CVE-2019-0606',
    '2019-02-28',
    'missing',
    'windows-rollup',
    /KB4486564 is installed, but a Security Only update holds its own month alone/,
  ],
  ['SQL Server on the GDR line', server, '5021125', '2023-02-28', 'missing', 'sql-server', /15\.0\.2101\.7/],
  [
    'the CU update is of another line',
    server,
    '5021124',
    '2023-02-28',
    'not-applicable',
    'sql-server',
    /line of cumulative updates; .* is on the GDR line/,
  ],
  [
    'a CVE of Edge has no KB',
    client,
    'CVE-2024-8639',
    '2024-09-30',
    'missing',
    'edge-chromium',
    /No update with a KB number/,
  ],
  [
    'a CVE that a newer Edge has closed',
    { ...client, software: [{ name: 'Microsoft Edge', version: '140.0.3485.54' }] },
    'CVE-2024-8639',
    '2026-06-30',
    'remediated',
    'edge-chromium',
    /128\.0\.2739\.79/,
  ],
  [
    'a CVE of Exchange that its own row closes',
    exchange,
    'CVE-2023-36745',
    '2026-06-30',
    'remediated',
    'exchange-server',
    /15\.02\.1258\.025/,
  ],
  [
    '.NET Framework',
    client,
    '5034275',
    '2024-01-31',
    'missing',
    'dotnet-framework',
    /update list does not name KB5034275/,
  ],
  [
    '.NET Framework without an update list',
    withoutList,
    '5034275',
    '2024-01-31',
    'undetermined',
    'dotnet-framework',
    /no-update-list/,
  ],
  [
    'its CVE without an update list',
    withoutList,
    'CVE-2024-21312',
    '2024-01-31',
    'undetermined',
    'dotnet-framework',
    /no-update-list/,
  ],
  ['an advisory of Flash', flash, 'ADV190003', '2019-03-06', 'missing', 'flash-player', /KB4487038 is missing/],
  [
    'Flash without an update list',
    { os: flash.os },
    '4487038',
    '2019-03-06',
    'undetermined',
    'flash-player',
    /no-update-list/,
  ],
  [
    'an installed hotpatch, known by its build',
    hotpatchedClient,
    '5089466',
    '2026-05-31',
    'remediated',
    'windows-hotpatch',
    /hotpatch of build 26100\.8390/,
  ],
  [
    'a CVE that the hotpatch closes',
    hotpatchedClient,
    'CVE-2026-34333',
    '2026-05-31',
    'remediated',
    'windows-hotpatch',
    /KB5089466, a hotpatch/,
  ],
  [
    'a CVE that the installed hotpatch does not name',
    hotpatched,
    'CVE-2024-38063',
    '2024-09-30',
    'missing',
    'windows-hotpatch',
    /hotpatch KB5042880, but a hotpatch holds only what its rows name/,
  ],
  [
    'a hotpatch off the track',
    server2022,
    '5017392',
    '2022-09-30',
    'not-applicable',
    'windows-cumulative',
    /on cumulative updates[^]*KB5017316 closes all of it/,
  ],
  [
    'a mis-filed package',
    server2025,
    '5094126',
    '2026-06-30',
    'not-applicable',
    'windows-cumulative',
    /of the 107 vulnerabilities .* name 1 there[^]*KB5094125/,
  ],
  [
    'a CVE of a mis-filed row',
    server2025,
    'CVE-2026-50507',
    '2026-06-30',
    'missing',
    'windows-cumulative',
    /KB5094125 closes it/,
  ],
  [
    'a CVE of Windows and of PowerShell',
    withPowerShell,
    'CVE-2022-41076',
    '2026-06-30',
    'missing',
    'powershell',
    /7\.2\.8/,
  ],
  [
    "a device that nobody can judge, for its Windows' reason",
    unknownLevel,
    '4015583',
    '2026-06-30',
    'undetermined',
    'none',
    /no-patch-evidence/,
  ],
  [
    'a CVE of rows that the product has lost',
    lostRows,
    'CVE-2025-24066',
    '2025-10-31',
    'missing',
    'windows-cumulative',
    /stand in/,
  ],
  [
    'a recovery image that no list shows',
    arm,
    '5046398',
    '2024-10-31',
    'undetermined',
    'windows-cumulative',
    /no-update-list/,
  ],
  [
    'what came after the as-of date',
    client,
    '5034763',
    '2024-01-31',
    'not-applicable',
    'windows-cumulative',
    /2024-02-13/,
  ],
  ['what no document names', client, '5099999', '2026-06-30', 'not-applicable', 'none', /No Vendor Fix row/],
];

const catalogue = loadStarterCatalogue();

describe('explain', () => {
  for (const [says, device, subject, asOf, verdict, rule, because] of cases) {
    it(`${says}: ${subject}`, () => {
      const told = ask(device, subject, asOf);
      assert.deepEqual([told.verdict, told.rule], [verdict, rule]);
      assert.match(told.because.join('\n'), because);
      assert.deepEqual(
        told.wouldFlip,
        told.flips.map((flip) => flip.says),
      );
      assert.ok(told.flips.length > 0);
      if (verdict === 'missing') assert.ok(told.rows.length > 0 && told.documents.length > 0);
    });
  }

  it('names the source of every fact', () => {
    const { facts } = ask(client, '5034275', '2024-01-31');
    const source = (fact: string): string | undefined => facts.find((each) => each.fact === fact)?.source;
    assert.equal(source('os.build'), "report's operating system");
    assert.equal(source('updates.counted'), "report's update list");
    assert.equal(source('dotnetFramework'), "report's components");
    assert.equal(source('level'), 'FixedBuild of the documents');
    const preview = ask(
      { os: { ...client.os, build: '10.0.18363' }, updates: [{ kb: 'KB4541335', state: 'installed' }] },
      '4551762',
      '2020-03-31',
    );
    assert.equal(preview.facts.find(({ fact }) => fact === 'level')?.source, 'build-history table');
  });

  it('considers every published fix of a CVE', () => {
    const { alternatives } = ask(windows7, 'CVE-2019-0606', '2019-02-28');
    assert.deepEqual(
      alternatives.map(({ kb, taken, reason }) => [kb, taken, reason]),
      [
        ['4486474', false, 'explorer-only'],
        ['4486563', true, 'offered'],
      ],
    );
  });

  it('tells no update alone to be enough where two are needed', () => {
    const os = {
      name: 'Windows Server 2012 R2 Standard',
      build: '6.3.9600.21924',
      architecture: 'x64',
      installationType: 'Server',
    };
    const device = {
      os,
      updates: [{ kb: 'KB4020821', state: 'installed' }],
      components: { dotnetFramework: ['4.6.2', '3.5'] },
    };
    assert.deepEqual(ask(device, 'CVE-2022-26832', '2026-06-30').wouldFlip, [
      'KB5012331 and KB5016568 in the update list as installed.',
    ]);
  });

  const windows10 = { name: 'Windows 10 Pro', build: '10.0.19045.3930', architecture: 'x64' };
  const beside = (name: string, version: string | null): object => ({ os: windows10, software: [{ name, version }] });
  // One device for each reason of the closed list; outside-catalogue leaves everything judged.
  const unjudged: Readonly<
    Record<Exclude<UndeterminedReason, 'outside-catalogue'>, readonly [device: object, subject: string, asOf: string]>
  > = {
    'no-os-identity': [{ os: { name: 'Betriebssystem' } }, '5034122', '2024-01-31'],
    'unrecognised-build': [{ os: { build: '10.0.29999.1' } }, '5034122', '2024-01-31'],
    'ambiguous-product': [{ os: { build: '10.0.26100.8000' } }, '5094126', '2026-06-30'],
    'conflicting-evidence': [
      { os: { build: '10.0.26100.32860', architecture: 'x64', installationType: 'Client' } },
      '5094126',
      '2026-06-30',
    ],
    'no-patch-evidence': [{ os: { ...windows10, build: '10.0.19045' } }, '5034122', '2024-01-31'],
    'end-of-servicing': [{ os: { ...windows10, build: '10.0.10240.21161' } }, '5066837', '2026-06-30'],
    'product-not-covered': [{ os: { name: 'Windows XP Professional' } }, '4012598', '2026-06-30'],
    'version-unknown': [beside('Microsoft SQL Server 2019 (64-bit)', null), '5021125', '2023-02-28'],
    'branch-unknown': [beside('Microsoft Exchange Server 2016', '15.1.669.32'), '5019758', '2024-09-30'],
    'no-fixed-version': [
      beside('Microsoft Office LTSC Professional Plus 2021 - en-us', '16.0.14332.20461'),
      'CVE-2023-23397',
      '2023-03-31',
    ],
    'no-update-list': [withoutList, '5034275', '2024-01-31'],
    'unreadable-version': [beside('Microsoft SQL Server 2019 (64-bit)', 'unknown'), '5021125', '2023-02-28'],
    'source-suspect': [exchange, 'CVE-2024-26198', '2024-03-31'],
  };
  for (const [reason, [device, subject, asOf]] of Object.entries(unjudged)) {
    it(`says what would help where it is ${reason}`, () => {
      const told = ask(device, subject, asOf);
      assert.deepEqual([told.verdict, told.reason], ['undetermined', reason], told.because.join(' '));
      assert.ok(told.because.some((sentence) => sentence.includes(`(${reason})`)));
      assert.ok(told.wouldFlip.length > 0 && told.wouldFlip.every((sentence) => sentence.endsWith('.')));
    });
  }
});
