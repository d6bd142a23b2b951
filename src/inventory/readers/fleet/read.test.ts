import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toNative } from '../../to-native.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { judgeFormats, readInventory } from '../read-inventory.ts';
import { reportInput } from '../report-input.ts';
import { readOsVersion } from './os-version.ts';

function read(text: string): ReturnType<typeof readInventory> {
  return readInventory(reportInput('hosts', Buffer.from(text)));
}

function osOf(text: string): unknown {
  const [inventory] = read(text).inventories;
  assert.ok(inventory !== undefined);
  return (toNative(inventory) as { readonly os: { readonly build: unknown } }).os.build;
}

const host = {
  hostname: 'pc',
  uuid: 'u-1',
  osquery_version: '5.12.1',
  seen_time: '2025-01-01T00:00:00Z',
  detail_updated_at: '2025-01-01T00:00:00Z',
  refetch_requested: false,
};
const windows = { ...host, platform: 'windows', os_version: 'Windows 11 Pro 24H2 10.0.26100.4061' };
const mac = { ...host, platform: 'darwin', os_version: 'macOS 15.3.1' };

describe('hosts of Fleet', () => {
  for (const [says, wrapped] of [
    ['a list', [windows]],
    ['a page', { hosts: [windows], meta: {} }],
    ['one host', { host: windows }],
    ['somebody’s wrapper', { data: { items: [{ host: windows }] } }],
  ] as const) {
    it(`are found in ${says}`, () => assert.equal(osOf(JSON.stringify(wrapped)), '10.0.26100.4061'));
  }

  it('are found in a table with few columns', () => {
    const table =
      'hostname,os_version,platform,osquery_version\r\npc,Windows 11 Pro 24H2 10.0.26100.4061,windows,5.12.1\r\n';
    assert.equal(osOf(table), '10.0.26100.4061');
  });

  for (const [says, text] of [
    [
      'the documented fields only',
      '{"hosts":[{"hostname":"pc","uuid":"u-1","hardware_serial":"s","platform":"windows","os_version":"Windows 11 Pro 24H2 10.0.26100.4061","detail_updated_at":"2025-01-01T00:00:00Z"}]}',
    ],
    [
      'one host and no dates',
      '{"host":{"id":1,"computer_name":"pc","platform":"windows","os_version":"Windows 11 Pro 24H2 10.0.26100.4061"}}',
    ],
    [
      'what osquery calls a host, too',
      '[{"hostname":"pc","uuid":"u-1","computer_name":"pc","hardware_serial":"s","cpu_type":"x86_64","build":"26100","platform":"windows","os_version":"Windows 11 Pro 24H2 10.0.26100.4061"}]',
    ],
    [
      'few columns',
      'hostname,primary_ip,platform,os_version\npc,192.0.2.1,windows,Windows 11 Pro 24H2 10.0.26100.4061\n',
    ],
  ] as const) {
    it(`are told by their system where they have ${says}`, () => {
      assert.equal(read(text).format, 'fleet');
      assert.equal(osOf(text), '10.0.26100.4061');
    });
  }

  it('none of which runs Windows are an error that names the others', () => {
    assert.throws(
      () => read(JSON.stringify({ hosts: [mac, mac, { ...mac, platform: 'ubuntu' }] })),
      (error: unknown) =>
        error instanceof InventoryFormatError && /only others: 2 darwin, 1 ubuntu/.test(error.message),
    );
  });

  it('are not in the list of operating systems, and the refusal says what to export', () => {
    const list = JSON.stringify({ os_versions: [{ hosts_count: 3, name: 'Windows 11 Pro 24H2 10.0.26100.4061' }] });
    assert.throws(() => read(list), /export the hosts/);
    const withVersions = {
      hosts_count: 3,
      name: 'Windows 11 Pro 24H2',
      version: '10.0.26100.4061',
      platform: 'windows',
    };
    assert.throws(() => read(JSON.stringify({ os_versions: [withVersions] })), /export the hosts/);
  });

  it('are not claimed where a record only has a hostname and a system', () => {
    const other = JSON.stringify({ hostname: 'pc', os_version: 'Windows 11 Pro', platform: 'windows' });
    const fleet = judgeFormats(reportInput('x', Buffer.from(other))).find(({ reader }) => reader.format === 'fleet');
    assert.ok((fleet?.confidence ?? 1) < 0.3);
  });
});

describe('os_version of Fleet', () => {
  const cases: readonly [text: string, column: string | undefined, name: string, build: string, level?: string][] = [
    ['Windows 10 Enterprise LTSC 10.0.17763.6293', '17763', 'Windows 10 Enterprise LTSC', '17763.6293'],
    ['Windows Server 2022 10.0.20348.2655', '20348', 'Windows Server 2022', '20348.2655'],
    ['Windows 10 Pro 1809 10.0.17763.107', undefined, 'Windows 10 Pro', '17763.107'],
    ['Windows 10 Pro 20H2 10.0.19041.1052', undefined, 'Windows 10 Pro', '19042', '19041.1052'],
    ['Windows 11 Pro 25H2 10.0.26100.7171', '26200', 'Windows 11 Pro', '26200', '26100.7171'],
    ['Windows Server 2025 Standard 24H2 10.0.26100.0', '26100', 'Windows Server 2025 Standard', '26100'],
    ['Windows 11 Pro', '22631', 'Windows 11 Pro', '22631'],
    ['Windows Server 2012 R2 Standard 6.3.9600.', '9600', 'Windows Server 2012 R2 Standard', '9600'],
  ];
  for (const [text, column, name, build, level] of cases) {
    it(`"${text}" with build ${column ?? 'unsaid'}`, () => {
      const os = readOsVersion(text, column);
      const shown = (part: typeof os.build): string | undefined =>
        part === undefined ? undefined : [part.build, ...(part.ubr === undefined ? [] : [part.ubr])].join('.');
      assert.deepEqual([os.name, shown(os.build), shown(os.rollupLevel)], [name, build, level]);
    });
  }
});
