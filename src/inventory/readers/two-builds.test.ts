import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readInventory } from './read-inventory.ts';
import type { RecognisedReport } from './read-inventory.ts';
import { readers } from './readers.ts';
import { reportInput, withMapping } from './report-input.ts';

/** Build and UBR of Windows, as `19045` and `3803`. */
type Told = readonly [build: string, ubr: string];

function json(rows: readonly unknown[]): string {
  return JSON.stringify(rows);
}

function lines(heading: string, rows: readonly string[]): string {
  return [heading, ...rows, ''].join('\r\n');
}

const cim = ([build]: Told): object => ({
  Caption: 'Microsoft Windows 10 Pro',
  CSName: 'PC1',
  BuildNumber: build,
  Version: `10.0.${build}`,
  OSArchitecture: '64-bit',
});
const graph = { id: '0a', deviceName: 'PC1', operatingSystem: 'Windows', complianceState: 'x', managementAgent: 'mdm' };

/** A report in which one host, `PC1`, tells each of the builds, at one time or at none; by format, and by what joins the rows. */
const reports: Readonly<Record<string, (told: readonly Told[]) => string>> = {
  'ansible: facts of two tasks': (told) =>
    json([
      {
        plays: [
          {
            tasks: told.map(([build]) => ({
              hosts: {
                PC1: {
                  ansible_facts: { ansible_os_family: 'Windows', ansible_distribution_version: `10.0.${build}.0` },
                },
              },
            })),
          },
        ],
      },
    ]),
  'configmgr: rows of discovery': (told) =>
    lines(
      'ResourceID,Name0,Operating_System_Name_and0,BuildExt',
      told.map((each) => `16777220,PC1,Microsoft Windows NT Workstation 10.0,10.0.${each.join('.')}`),
    ),
  'configmgr: rows of inventory': (told) =>
    lines(
      'ResourceID,Name0,Caption0,BuildNumber0,UBR0',
      told.map((each) => `16777220,PC1,Microsoft Windows 10 Pro,${each.join(',')}`),
    ),
  'defender: an export': (told) =>
    json(
      told.map((each) => ({
        deviceId: '7'.repeat(40),
        deviceName: 'PC1',
        osPlatform: 'Windows10',
        osVersion: `10.0.${each.join('.')}`,
      })),
    ),
  'defender: hunting at one time': (told) =>
    lines(
      'Timestamp,DeviceId,DeviceName,OSPlatform,OSBuild,OSVersion',
      told.map(([build]) => `2024-10-14T10:00:00Z,${'7'.repeat(40)},PC1,Windows10,${build},10.0`),
    ),
  'fleet: a host on two pages': (told) =>
    json(
      told.map((each) => ({
        hostname: 'PC1',
        uuid: 'u',
        platform: 'windows',
        osquery_version: '5.15.0',
        detail_updated_at: '2025-03-12T06:00:00Z',
        seen_time: '2025-03-12T06:01:00Z',
        primary_mac: '',
        os_version: `Windows 10 Pro 22H2 10.0.${each.join('.')}`,
      })),
    ),
  'get-computerinfo: two objects': (told) =>
    json(
      told.map(([build, ubr]) => ({
        CsName: 'PC1',
        OsVersion: `10.0.${build}`,
        OsBuildNumber: build,
        WindowsUBR: Number(ubr),
        WindowsInstallationType: 'Client',
      })),
    ),
  'glpi: two inventories': (told) =>
    told
      .map((each) =>
        JSON.stringify({
          deviceid: 'PC1-2024-01-01-00-00-00',
          content: {
            hardware: { name: 'PC1' },
            operatingsystem: { full_name: 'Microsoft Windows 10 Pro', service_pack: each.join('.') },
          },
        }),
      )
      .join('\n'),
  'intune: a device on two pages': (told) =>
    json(told.map((each) => ({ ...graph, osVersion: `10.0.${each.join('.')}` }))),
  'intune: pages of one time': (told) =>
    json(
      told.map((each) => ({
        ...graph,
        osVersion: `10.0.${each.join('.')}`,
        lastSyncDateTime: '2024-10-14T10:00:00Z',
      })),
    ),
  'mapping: a row an update': (told) =>
    lines(
      'Computer name,OS Build,KB',
      told.map((each, index) => `PC1,10.0.${each.join('.')},KB503412${index}`),
    ),
  'nessus: a host scanned twice': (told) =>
    lines(
      'Plugin ID,Host,Name,Plugin Output',
      told.map(([build]) => `48942,PC1,OS Version,"Operating system version = 10.${build}\nArchitecture = x64"`),
    ),
  'nessus: what two services tell': (told) =>
    lines(
      'Plugin ID,Host,Name,Plugin Output',
      told.map(
        ([build], index) =>
          `${[10785, 11936][index] ?? 10785},PC1,X,"The remote system : Windows 10 Pro Build ${build}"`,
      ),
    ),
  'ohai: a node twice': (told) =>
    json(
      told.map(([build]) => ({
        platform: 'windows',
        platform_version: `10.0.${build}`,
        hostname: 'PC1',
        kernel: { name: 'Microsoft Windows 10 Pro', release: `10.0.${build}`, machine: 'x86_64' },
      })),
    ),
  'osquery: rows of one result': (told) =>
    json(
      told.map(([build, ubr]) => ({
        name: 'Microsoft Windows 10 Pro',
        version: `10.0.${build}.${ubr}`,
        major: '10',
        minor: '0',
        build,
        platform: 'windows',
        computer_name: 'PC1',
        uuid: 'u',
      })),
    ),
  'osquery: lines of one time': (told) =>
    told
      .map(([build, ubr], index) =>
        JSON.stringify({
          name: `q${index}`,
          hostIdentifier: 'PC1',
          unixTime: 1_700_000_000,
          action: 'snapshot',
          snapshot: [
            {
              name: 'Microsoft Windows 10 Pro',
              version: `10.0.${build}`,
              major: '10',
              minor: '0',
              build,
              revision: ubr,
              platform: 'windows',
            },
          ],
        }),
      )
      .join('\n'),
  'puppet: a node twice': (told) =>
    json(
      told.map(([build]) => ({
        certname: 'pc1',
        timestamp: '2025-02-03T04:05:06.789Z',
        facts: {
          kernel: 'windows',
          kernelrelease: `10.0.${build}`,
          facterversion: '4.6.0',
          networking: { fqdn: 'PC1' },
          os: { family: 'windows', name: 'windows', release: { full: '10' } },
        },
      })),
    ),
  'registry: a host asked twice': (told) =>
    json(told.map(([build, ubr]) => ({ CurrentBuild: build, UBR: Number(ubr), PSComputerName: 'PC1' }))),
  'salt: a minion twice': (told) =>
    told
      .map(([build]) =>
        JSON.stringify({
          pc1: {
            id: 'pc1',
            host: 'PC1',
            cpuarch: 'AMD64',
            os: 'Windows',
            osfullname: 'Microsoft Windows 10 Pro',
            osversion: `10.0.${build}`,
            saltversion: '3006.4',
          },
        }),
      )
      .join('\n'),
  'systeminfo: a listing twice': (told) =>
    told
      .map(
        ([build]) =>
          `\r\nHost Name:                 PC1\r\nOS Name:                   Microsoft Windows 10 Pro\r\nOS Version:                10.0.${build} N/A Build ${build}\r\nOS Manufacturer:           Microsoft Corporation\r\nOS Configuration:          Standalone Workstation\r\n`,
      )
      .join(''),
  'tactical-rmm: an agent twice': (told) =>
    json(
      told.map((each) => ({
        agent_id: 'a',
        hostname: 'PC1',
        plat: 'windows',
        needs_reboot: false,
        operating_system: `Windows 10 Pro, 64 bit v22H2 (build ${each.join('.')})`,
      })),
    ),
  'vuls: two scans': (told) =>
    json(
      told.map((each) => ({
        serverName: 'PC1',
        family: 'windows',
        release: 'Windows 10 Version 22H2 for x64-based Systems',
        scannedCves: {},
        runningKernel: { release: '', version: `10.0.${each.join('.')}` },
      })),
    ),
  'wazuh: two answers about an agent': (told) =>
    json(
      told.map((each) => ({
        data: {
          affected_items: [
            {
              agent_id: '005',
              hostname: 'PC1',
              os: { name: 'Microsoft Windows 10 Pro', version: `10.0.${each.join('.')}` },
              os_release: '22H2',
              scan: { id: 1, time: '2025-02-06T10:00:00Z' },
            },
          ],
        },
      })),
    ),
  'win32-operatingsystem: two objects': (told) => json(told.map(cim)),
  'windows-exporter: samples of one instance': (told) =>
    told
      .map(
        ([build, ubr]) =>
          `windows_os_info{build_number="${build}",instance="pc1:9182",major_version="10",product="Windows 10 Pro",revision="${ubr}",version="10.0.${build}"} 1\n`,
      )
      .join(''),
  'windows-outputs: one computer’s console': ([first = ['', ''], second = first]) =>
    lines(`Microsoft Windows [Version 10.0.${first.join('.')}]`, [
      '',
      'C:\\>reg query "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"',
      '',
      'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion',
      `    CurrentBuild    REG_SZ    ${second[0]}`,
      `    UBR    REG_DWORD    0x${Number(second[1]).toString(16)}`,
    ]),
  'windows-version: a host twice': (told) =>
    lines(
      '',
      told.map((each) => `PC1: Microsoft Windows [Version 10.0.${each.join('.')}]`),
    ).trimStart(),
  'wsus: rows of the database': (told) =>
    lines(
      'ComputerID;FullDomainName;LastReportedStatusTime;OSMajorVersion;OSMinorVersion;OSBuildNumber;OldProductType;ClientVersion',
      told.map(([build]) => `5f0e0001;pc1;2024-06-30 08:00:00.000;10;0;${build};1;10.0.19041.4597`),
    ),
};

/** Formats that tell no build, or none beside the name of a host; and native ones, whose lines are reports of their own. */
const withoutBuilds = [
  'cbs-packages',
  'get-hotfix',
  'native',
  'pswindowsupdate',
  'wesng-missing',
  'windows-update-agent',
  'wmic-qfe',
];

const [old, recent]: readonly [Told, Told] = [
  ['19045', '3803'],
  ['22631', '4317'],
];

function read(says: string, told: readonly Told[]): RecognisedReport {
  const input = reportInput('report', Buffer.from(reports[says]?.(told) ?? ''));
  const format = says.split(':')[0];
  return readInventory(format === 'mapping' ? withMapping(input, 'guess') : input, format);
}

describe('a host with two builds', () => {
  const formats = new Set(Object.keys(reports).map((says) => says.split(':')[0]));
  for (const { format } of readers)
    it(`stands in a report of ${format}, or cannot`, () =>
      assert.ok(formats.has(format) !== withoutBuilds.includes(format)));

  for (const says of Object.keys(reports)) {
    it(`${says}: tells the build where it is the same`, () => {
      const { inventories, notes } = read(says, [old, old]);
      assert.deepEqual(new Set(inventories.map(({ os }) => os.build?.build)), new Set([19045]));
      assert.ok(!notes.some((note) => note.includes('believed')), notes.join('\n'));
    });
    for (const told of [
      [old, recent],
      [recent, old],
    ])
      it(`${says}: believes neither and says so, ${told.map(([build]) => build).join(' before ')}`, () => {
        const { inventories, notes } = read(says, told);
        assert.deepEqual(new Set(inventories.map(({ os }) => os.build?.build)), new Set([undefined]));
        const said = notes.filter((note) => [old, recent].every(([build]) => note.includes(build)));
        assert.equal(said.length, 1, notes.join('\n'));
      });
  }

  it('is the newer build’s where times tell them apart', () => {
    const row = (time: string, [build]: Told): string => `${time},${'7'.repeat(40)},PC1,Windows10,${build},10.0`;
    const text = lines('Timestamp,DeviceId,DeviceName,OSPlatform,OSBuild,OSVersion', [
      row('2024-10-15T10:00:00Z', recent),
      row('2024-10-14T10:00:00Z', old),
    ]);
    const { inventories, notes } = readInventory(reportInput('report', Buffer.from(text)));
    assert.equal(inventories[0]?.os.build?.build, 22631);
    assert.deepEqual(notes, []);
  });
});

describe('a host with two UBRs of one build', () => {
  for (const says of ['registry: a host asked twice', 'wazuh: two answers about an agent', 'intune: pages of one time'])
    it(`${says}: has none of them`, () => {
      const { inventories, notes } = read(says, [old, ['19045', '3930']]);
      assert.ok(inventories.every(({ os }) => os.build?.ubr === undefined));
      assert.equal(notes.filter((note) => note.includes('3803') && note.includes('3930')).length, 1);
    });
});
