import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputOf, shownDevices } from '../../../../test/support/shown-inventory.ts';
import { readInventory } from '../read-inventory.ts';

function csv(rows: readonly (readonly [plugin: number, name: string, output: string])[]): string {
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map(([plugin, name, output]) => ['192.0.2.1', String(plugin), name, output].map(cell).join(','));
  return `Host,Plugin ID,Name,Plugin Output\n${lines.join('\n')}\n`;
}

const system = [
  11936,
  'OS',
  '\nRemote operating system : Microsoft Windows 10 Pro Build 19045\nConfidence level : 100\n',
] as const;
const file = 'C:\\Windows\\system32\\ntoskrnl.exe has not been patched.';

const outputs: readonly [says: string, rows: Parameters<typeof csv>[0], device: string][] = [
  [
    'labels mean nothing: a Japanese report of the same outputs',
    [
      [11936, 'OS の識別', '\nリモート OS : Microsoft Windows 10 Pro Build 19045\n信頼レベル : 100\n'],
      [62042, 'QFE', '\nインストール済み:\n\nKB5034122, インストール日: 2024/01/10\n'],
      [38153, '不足', '\n - KB5034763 ( https://support.microsoft.com/help/5034763 )\n'],
    ],
    '192.0.2.1 | 10.0.19045 | Client | 5034122 | missing 5034763',
  ],
  [
    'a fingerprint that is a guess is no system',
    [
      [11936, 'OS', '\nRemote operating system : Microsoft Windows 10\nConfidence level : 56\n'],
      [38153, 's', ' - KB5034763 ('],
    ],
    '192.0.2.1 | - | - | - | missing 5034763',
  ],
  [
    'the registry tells the build of a system without a name',
    [[48942, 'v', 'Operating system version = 10.18363\nArchitecture = x64\n']],
    '192.0.2.1 | 10.0.18363 | - | - | -',
  ],
  [
    "the level is that of Windows' own files, in the branch of the system",
    [
      system,
      [
        1,
        'KB1234567: x',
        `  - 5034122\n\n  - ${file}\n    Remote version : 10.0.19041.3693\n    Should be      : 10.0.19041.3930\n`,
      ],
      [
        2,
        'x',
        '  - C:\\Windows\\system32\\other.dll has not been patched.\n    Remote version : 10.0.17763.9999\n    Should be      : 10.0.17763.10000\n',
      ],
      [
        3,
        'x',
        '  - C:\\Program Files\\App\\system.dll has not been patched.\n    Remote version : 10.0.19041.9000\n    Should be      : 10.0.19041.9001\n',
      ],
    ],
    '192.0.2.1 | 10.0.19045 at 10.0.19041.3693 | Client | - | missing 5034122',
  ],
  [
    'a roll-up of .NET is no level of Windows',
    [
      system,
      [
        104743,
        '.NET',
        '\n .NET version : 4.8\n Latest effective update level : 01_2024\n File checked : C:\\Windows\\Microsoft.NET\\x.dll\n File version : 4.8.9206.0\n Associated KB : 5034275\n',
      ],
    ],
    '192.0.2.1 | 10.0.19045 | Client | - | -',
  ],
  [
    'associated updates of a level are candidates, those in brackets are installed',
    [
      system,
      [
        93962,
        'r',
        '\n Security Rollup : 03_2017 [KB4012212]\n\n Latest effective update level : 03_2017\n File checked : C:\\Windows\\System32\\bcrypt.dll\n File version : 6.1.7601.23677\n Associated KB : 4012215, 4012212\n',
      ],
    ],
    '192.0.2.1 | 10.0.19045 | Client | 4012212 | -',
  ],
  [
    'a plugin for an update without output has its name',
    [system, [4, 'KB5034122: Windows 10 Security Update (January 2024)', '']],
    '192.0.2.1 | 10.0.19045 | Client | - | missing 5034122',
  ],
  [
    'bulletins are no updates',
    [system, [38153, 's', '\n - MS17-010 ( http://technet.microsoft.com/security/bulletin/ms17-010 )\n']],
    '192.0.2.1 | 10.0.19045 | Client | - | -',
  ],
];

describe('outputs of plugins', () => {
  for (const [says, rows, device] of outputs) it(says, () => assert.deepEqual(shownDevices(csv(rows)), [device]));
});

describe('tables', () => {
  it('quotes inside a cell that were not doubled cost nothing but a note', () => {
    const table = `Host,Plugin ID,Plugin Output\n"192.0.2.1","38153","the "missing" ones: KB5034122 "\n"192.0.2.2","38153"," - KB5034123 ("\n`;
    const { inventories, notes } = readInventory(inputOf(table));
    assert.equal(inventories.length, 2);
    assert.match(notes[0] ?? '', /quotes inside cells were not doubled/);
  });

  it('a quote that does not close is an error naming its row', () => {
    const table = 'Host,Plugin ID,Plugin Output\n"192.0.2.1","38153","KB5034122\n';
    assert.throws(() => readInventory(inputOf(table)), /quotes are closed.* in row \d/);
  });

  it("cells that were quoted twice, as a script's export of an export has them", () => {
    const table =
      '"""Host""","""Plugin ID""","""Plugin Output"""\n"""192.0.2.1""","""38153""","""KB5034122 """"here"""""""\n';
    assert.deepEqual(shownDevices(table), ['192.0.2.1 | - | - | - | missing 5034122']);
  });

  it('one address in two networks is two hosts, one asset at two addresses is one', () => {
    const table =
      'asset.id,asset.name,asset.display_ipv4_address,definition.id,output\nu1,PC-A,192.0.2.1,38153,KB5034122\nu2,PC-B,192.0.2.1,38153,KB5034123\nu1,PC-A,192.0.2.9,38153,KB5034124\n';
    assert.deepEqual(shownDevices(table), [
      'PC-A | - | - | - | missing 5034122 missing 5034124',
      'PC-B | - | - | - | missing 5034123',
    ]);
  });

  it('hosts without anything of Windows are an error', () => {
    const table = 'Host,Plugin ID,Plugin Output\n192.0.2.1,10267,SSH\n';
    assert.throws(() => readInventory(inputOf(table)), /findings about a Windows host .* got 1 hosts without/);
  });
});

describe('.nessus files', () => {
  it('several candidates of a fingerprint are no system', () => {
    const xml = `<NessusClientData_v2><Report><ReportHost name="a"><HostProperties><tag name="operating-system">Microsoft Windows 10\nMicrosoft Windows Server 2019</tag></HostProperties><ReportItem pluginID="38153"><plugin_output>KB5034122</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>`;
    assert.deepEqual(shownDevices(xml), ['a | - | - | - | missing 5034122']);
  });

  const hostile: readonly [says: string, xml: string, message: RegExp][] = [
    [
      'a document type',
      '<!DOCTYPE a [<!ENTITY b "c">]><NessusClientData_v2>&b;</NessusClientData_v2>',
      /document type/,
    ],
    ['a cut file', '<NessusClientData_v2><Report><ReportHost name="a">', /well-formed/],
    ['elements without end', `<NessusClientData_v2>${'<a>'.repeat(1000)}`, /deeper than/],
  ];
  for (const [says, xml, message] of hostile)
    it(`${says} is refused`, () => assert.throws(() => readInventory(inputOf(xml)), message));
});
