import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatWindowsBuild } from '../../../terms/windows-build.ts';
import { inventoryOfResults } from './inventory-of-results.ts';
import type { ResultSet } from './result-set.ts';

type Rows = ResultSet['rows'];

function result(rows: Rows, observedAt?: string): ResultSet {
  return { query: 'any', rows, observedAt };
}

const currentVersion = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const packages = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages';
const rollup = (version: string): string => `Package_for_RollupFix~31bf3856ad364e35~amd64~~${version}`;
const windows10 = { name: 'Microsoft Windows 10 Pro', version: '10.0.19045', build: '19045', platform: 'windows' };
const windows11 = { name: 'Microsoft Windows 11 Pro', version: '10.0.26100', build: '26100', platform: 'windows' };
const ubr = (data: string): Rows[number] => ({ key: currentVersion, name: 'UBR', data });

describe('the build', () => {
  const cases: readonly [says: string, sets: readonly ResultSet[], build: string | undefined][] = [
    ['os_version alone has no UBR before 5.12.1', [result([windows10])], '10.0.19045'],
    ['os_version has it as revision', [result([{ ...windows10, revision: '5487' }])], '10.0.19045.5487'],
    ['an empty revision is none', [result([{ ...windows10, revision: '' }])], '10.0.19045'],
    ['the registry completes it', [result([windows10]), result([ubr('5487')])], '10.0.19045.5487'],
    [
      'the registry alone has both, in any case and with the short hive',
      [
        result([
          { path: 'hklm\\software\\MICROSOFT\\Windows NT\\CurrentVersion\\CurrentBuild', data: '20348' },
          ubr('2322'),
        ]),
      ],
      '10.0.20348.2322',
    ],
    [
      'a query that selects neither key nor path',
      [
        result([
          { name: 'CurrentBuildNumber', data: '17763' },
          { name: 'UBR', data: '5329' },
        ]),
      ],
      '10.0.17763.5329',
    ],
    ['columns named after the values', [result([{ current_build: 14393, UBR: 6614 }])], '10.0.14393.6614'],
    [
      'a join of both tables',
      [result([{ name: 'Microsoft Windows Server 2022 Standard', build: '20348', ubr: '2322' }])],
      '10.0.20348.2322',
    ],
    [
      'the newer result wins after an update',
      [
        result([{ ...windows10, revision: '5487' }], '2026-01-01T00:00:00Z'),
        result([ubr('7417')], '2026-06-10T00:00:00Z'),
      ],
      '10.0.19045.7417',
    ],
    [
      'a UBR from before an upgrade does not count for the new build',
      [
        result([{ key: currentVersion, name: 'CurrentBuild', data: '19045' }, ubr('5487')], '2026-01-01T00:00:00Z'),
        result([windows11], '2026-06-10T00:00:00Z'),
      ],
      '10.0.26100',
    ],
    [
      'a version of four parts that a query joined from the kernel is not the build',
      [result([{ name: 'Windows 10 Pro', platform: 'windows', version: '10.0.19041.5487' }])],
      undefined,
    ],
    [
      'nor is kernel_info itself',
      [result([{ version: '10.0.19041.5487', arguments: '', path: 'ntoskrnl.exe', device: '' }])],
      undefined,
    ],
    ['a UBR alone', [result([ubr('5487')])], undefined],
    ['a number that is no build', [result([{ name: 'Microsoft Windows', build: '9999', major: '10' }])], undefined],
    [
      'Windows 7',
      [result([{ name: 'Microsoft Windows 7 Professional', version: '6.1.7601', build: '7601', major: '6' }])],
      '6.1.7601',
    ],
    ['texts that are no numbers', [result([{ ...windows10, revision: '5487; DROP' }])], '10.0.19045'],
  ];
  for (const [says, sets, build] of cases) {
    it(says, () => {
      const told = inventoryOfResults(sets).inventory.os.build;
      assert.equal(told === undefined ? undefined : formatWindowsBuild(told), build);
    });
  }
});

describe('the level of the newest roll-up package', () => {
  const state = (version: string, data: string): Rows[number] => ({
    key: `${packages}\\${rollup(version)}`,
    name: 'CurrentState',
    data,
  });
  const cases: readonly [says: string, rows: Rows, level: string | undefined][] = [
    [
      'by its name where nobody asked for the state',
      [
        { key: packages, name: rollup('26100.8246.1.20'), type: 'subkey', data: '' },
        { path: `${packages}\\${rollup('26100.8655.1.9')}` },
      ],
      '10.0.26100.8655',
    ],
    [
      'a staged one does not count',
      [state('26100.8246.1.20', '112'), state('26100.8655.1.9', '64')],
      '10.0.26100.8246',
    ],
    [
      'its state decides where its name is told too',
      [{ path: `${packages}\\${rollup('26100.8655.1.9')}` }, state('26100.8655.1.9', '64')],
      undefined,
    ],
    ['a state that nobody knows is no installed one', [state('26100.8655.1.9', '7')], undefined],
    ['a state in hexadecimal digits', [state('26100.8655.1.9', '0x70')], '10.0.26100.8655'],
    [
      'another package',
      [{ path: `${packages}\\Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~10.0.26100.1` }],
      undefined,
    ],
  ];
  for (const [says, rows, level] of cases) {
    it(says, () => {
      const told = inventoryOfResults([result(rows)]).inventory.os.rollupLevel;
      assert.equal(told === undefined ? undefined : formatWindowsBuild(told), level);
    });
  }

  it('a package of one update counts as its state says, and as installed where nobody asked for any', () => {
    const name = 'Package_for_KB5015684~31bf3856ad364e35~amd64~~19041.1799.1.2';
    const updates = (rows: Rows): readonly string[] =>
      inventoryOfResults([result(rows)]).inventory.updates.map(({ kb, state: word }) => `${kb} ${word}`);
    assert.deepEqual(updates([{ path: `${packages}\\${name}` }]), ['5015684 installed']);
    assert.deepEqual(updates([{ path: `${packages}\\${name}` }, state('26100.8246.1.20', '112')]), []);
    assert.deepEqual(updates([{ key: `${packages}\\${name}`, name: 'CurrentState', data: '80' }]), [
      '5015684 superseded',
    ]);
  });

  it('an update among the programs counts beside a list of Windows', () => {
    const program = {
      name: 'Security Update for Microsoft Excel 2016 (KB5002700) 64-Bit Edition',
      version: '',
      publisher: 'Microsoft',
    };
    const kbs = (sets: readonly ResultSet[]): readonly string[] =>
      inventoryOfResults(sets).inventory.updates.map(({ kb }) => kb);
    assert.deepEqual(kbs([result([program])]), []);
    assert.deepEqual(kbs([result([program]), result([{ hotfix_id: 'KB5044285' }])]), ['5002700', '5044285']);
  });
});

describe('client or server, and the edition', () => {
  it('the registry says more than the name', () => {
    const { os } = inventoryOfResults([
      result([{ ...windows10, name: 'Microsoft Windows Server 2022 Standard' }]),
      result([{ installation_type: 'Server Core', edition_id: 'ServerStandard', display_version: '21H2' }]),
    ]).inventory;
    assert.deepEqual([os.installationType, os.editionId, os.displayVersion], ['Server Core', 'ServerStandard', '21H2']);
  });

  it('the name in the registry, which says Windows 10 on 11, counts only without os_version', () => {
    const registry = result([{ key: currentVersion, name: 'ProductName', data: 'Windows 10 Pro' }]);
    assert.equal(inventoryOfResults([registry]).inventory.os.name, 'Windows 10 Pro');
    assert.equal(inventoryOfResults([registry, result([windows11])]).inventory.os.name, windows11.name);
  });

  it("a program's DisplayVersion is not the system's", () => {
    const rows = [
      {
        key: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\x',
        name: 'DisplayVersion',
        data: '1.2',
      },
      { name: 'DisplayVersion', data: '1.2' },
      { name: 'Tool', display_version: '1.2' },
    ];
    assert.equal(inventoryOfResults([result(rows)]).inventory.os.displayVersion, undefined);
  });
});

describe('programs', () => {
  it('are told by their columns; of one that two results name, the newer counts', () => {
    const program = (name: string, version: string): Rows[number] => ({
      name,
      version,
      publisher: 'Microsoft Corporation',
    });
    const { software } = inventoryOfResults([
      result([program('Microsoft Edge', '125.0.2535.51'), program('Microsoft Teams', '1.7')], '2026-01-01T00:00:00Z'),
      result([program('Microsoft Edge', '137.0.3296.58')], '2026-06-01T00:00:00Z'),
      result([{ name: 'requests', version: '2.31', author: 'x', path: '/usr' }]),
    ]).inventory;
    assert.deepEqual(
      software.map(({ name, version }) => `${name} ${version ?? ''}`),
      ['Microsoft Edge 137.0.3296.58', 'Microsoft Teams 1.7'],
    );
  });

  it('Office counts once where the list of programs has its version too', () => {
    const key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Office\\ClickToRun\\Configuration';
    const office = [
      { key, name: 'VersionToReport', data: '16.0.10417.20047' },
      { key, name: 'ProductReleaseIds', data: 'Standard2019Volume' },
    ];
    const named = {
      name: 'Microsoft Office Standard 2019 - de-de',
      version: '16.0.10417.20047',
      publisher: 'Microsoft Corporation',
    };
    const names = (sets: readonly ResultSet[]): readonly string[] =>
      inventoryOfResults(sets).inventory.software.map(({ name }) => name);
    assert.deepEqual(names([result(office)]), ['Microsoft Office Standard 2019']);
    assert.deepEqual(names([result(office), result([named])]), [named.name]);
  });
});

describe('a restart that is waiting', () => {
  const cbs = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';
  const cases: readonly [says: string, rows: Rows, pending: boolean | undefined][] = [
    [
      'a key that is there',
      [{ key: cbs, name: 'RebootPending', type: 'subkey', path: `${cbs}\\RebootPending`, data: '' }],
      true,
    ],
    ['a value inside it', [{ key: `${cbs}\\RebootPending`, name: 'x', data: '1' }], true],
    ['a count of keys', [{ pending_reboot: '2' }], true],
    ['a count of none', [{ pending_reboot: 0 }], false],
    [
      'keys that were asked for without being there say nothing',
      [
        { key: cbs, name: 'Version', type: 'subkey', data: '' },
        {
          key: `${cbs.replace('Component Based Servicing', 'WindowsUpdate')}\\Auto Update`,
          name: 'Results',
          type: 'subkey',
          data: '',
        },
      ],
      undefined,
    ],
    ['other keys say nothing', [{ key: cbs, name: 'Packages', type: 'subkey', data: '' }], undefined],
  ];
  for (const [says, rows, pending] of cases) {
    it(says, () => assert.equal(inventoryOfResults([result(rows)]).inventory.pendingReboot, pending));
  }
});

describe('rows that mean harm', () => {
  it('keys such as __proto__ are columns like any other', () => {
    const rows = JSON.parse(
      `[{"__proto__":"x","name":"Microsoft Windows 11 Pro","build":"26100","constructor":"y"}]`,
    ) as Rows;
    assert.equal(inventoryOfResults([result(rows)]).inventory.os.build?.build, 26100);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });
});
