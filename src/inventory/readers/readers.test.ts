import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Inventory } from '../inventory.ts';
import { toNative } from '../to-native.ts';
import { InventoryFormatError } from './inventory-format-error.ts';
import { readNative } from './native/read.ts';
import { readInventory } from './read-inventory.ts';
import { readers } from './readers.ts';
import { reportInput } from './report-input.ts';

function read(bytes: Uint8Array): ReturnType<typeof readInventory> {
  return readInventory(reportInput('report', bytes));
}

function only(bytes: Uint8Array): Inventory {
  const [inventory] = read(bytes).inventories;
  assert.ok(inventory !== undefined);
  return inventory;
}

/** Written in the shape of the real outputs; names are invented. */
const german = `\r\nHostname:                                  PC-EINS\r\nBetriebssystemname:                        Microsoft Windows 10 Pro\r\nBetriebssystemversion:                     10.0.19045 Nicht zutreffend Build 19045\r\nSystemtyp:                                 x64-basierter PC\r\nProzessor(en):                             1 Prozessor(en) installiert.\r\n                                           [01]: Intel64 Family 6 Model 94 Stepping 3\r\nHotfix(es):                                2 Hotfix(e) installiert.\r\n                                           [01]: KB5034122\r\n                                           [02]: KB5034122\r\n                                           [03]: KB5015684\r\nNetzwerkkarte(n):                          1 Netzwerkadapter installiert.\r\n                                           [01]: 192.0.2.7\r\n`;
const table =
  'Caption  CSName  Description      HotFixID   InstalledOn\r\r\nhttp://support.microsoft.com/?kbid=5034122  PC-EINS  Security Update  KB5034122  1/9/2024\r\r\n';
const native = JSON.stringify({
  schema: 'kbgap-inventory/1',
  device: { name: 'one' },
  os: { build: '10.0.19045.3930' },
  updates: [{ kb: 'KB5034122' }],
});

const samples: readonly [format: string, text: string][] = [
  ['native', native],
  ['systeminfo', german],
  ['wmic-qfe', table],
  ['wmic-qfe', '\r\r\n\r\r\nHotFixID=KB5034122\r\r\nInstalledOn=1/9/2024\r\r\n'],
  ['wmic-qfe', '\r\nNode,CSName,HotFixID\r\nPC-EINS,PC-EINS,KB5034122\r\n'],
];

describe('every reader', () => {
  for (const [format, text] of samples) {
    it(`${format} is recognised by content and claimed by no other with more confidence`, () => {
      assert.equal(read(Buffer.from(text)).format, format);
    });
    it(`${format} reads the same from UTF-8, UTF-16 with and without a byte-order mark`, () => {
      const plain = only(Buffer.from(text));
      const utf16 = Buffer.from(text, 'utf16le');
      for (const bytes of [
        Buffer.from(`\ufeff${text}`),
        Buffer.concat([Buffer.of(0xff, 0xfe), utf16]),
        utf16,
        Buffer.from(utf16).swap16(),
      ]) {
        assert.deepEqual(only(bytes), plain);
      }
    });
  }

  it('throws nothing but InventoryFormatError, whatever comes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (report) => {
        for (const reader of readers) {
          try {
            reader.read(reportInput('report', report));
          } catch (error) {
            assert.ok(error instanceof InventoryFormatError);
          }
        }
      }),
    );
  });

  const strangers: readonly [says: string, bytes: Uint8Array][] = [
    ['an empty file', Buffer.from('')],
    ['blank lines', Buffer.from('\r\n\r\n')],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['other JSON', Buffer.from('{"hello": "world"}')],
    ['a list in JSON', Buffer.from('[]')],
    ['prose', Buffer.from('Windows 10 is an operating system. KB5034122 is an update.')],
    ['a long line of digits', Buffer.from('1'.repeat(2_000_000))],
    ['many blanks', Buffer.from(`10.0.19045 ${' '.repeat(2_000_000)}`)],
  ];
  for (const [says, bytes] of strangers) {
    it(`${says} is refused, naming what was expected`, () => assert.throws(() => read(bytes), InventoryFormatError));
  }
});

describe('systeminfo', () => {
  it('takes facts by their shape, not by their labels', () => {
    const { device, os, updates, updatesComplete } = only(Buffer.from(german));
    assert.deepEqual(
      [device.name, device.ipAddresses, os.name, os.architecture, os.installationType],
      ['PC-EINS', ['192.0.2.7'], 'Microsoft Windows 10 Pro', 'x64', 'Client'],
    );
    assert.deepEqual(
      updates.map(({ kb }) => kb),
      ['5015684', '5034122'],
    );
    assert.equal(updatesComplete, false);
  });
});

describe('wmic qfe', () => {
  const answered: readonly [says: string, bytes: Uint8Array, complete: boolean][] = [
    ['only a byte-order mark and a line end', Buffer.from([0xff, 0xfe, 0x0d, 0, 0x0a, 0]), true],
    ['its own words', Buffer.from('No Instance(s) Available.\r\n'), true],
    ['only a heading', Buffer.from('Caption  CSName  HotFixID  InstalledOn\r\r\n'), true],
    ['only a heading in columns', Buffer.from('HotFixID   InstalledOn  \r\n'), true],
    ['a heading that broke off', Buffer.from('Caption  CSName  HotFixID  Instal'), false],
    ['one of the CSV that broke off', Buffer.from('\r\r\nNode,Caption,CSName,HotFixID,Inst'), false],
    ['a first row that broke off', Buffer.from('HotFixID  InstalledOn  \r\r\nKB50'), false],
    ['a node that did not answer', Buffer.from('HotFixID  \r\r\nNode - PC1\r\r\nERROR:\r\r\n'), false],
    ['rows', Buffer.from(table), false],
  ];
  for (const [says, bytes, complete] of answered) {
    it(`${says}: ${complete ? 'nothing is installed' : 'what is not listed may be installed'}`, () => {
      assert.equal(only(bytes).updatesComplete, complete);
    });
  }
  it('names the host of the row, with a sentence glued in front of the heading', () => {
    const glued =
      'Please wait while WMIC is being installed.Caption  CSName   HotFixID   InstalledOn\r\r\nUpdate   PC-EINS  KB5034122  1/9/2024\r\r\n';
    assert.equal(only(Buffer.from(glued)).device.name, 'PC-EINS');
  });
});

describe('a report in JSON that broke off', () => {
  const os = { build: '10.0.19045.3930', name: 'Windows 10 Pro' };
  const rollup = (version: string): string => `Package_for_RollupFix~31bf3856ad364e35~amd64~~${version}`;
  const reports: readonly [says: string, report: unknown][] = [
    ['native', { schema: 'kbgap-inventory/1', os, updates: ['KB5034122'], software: [{ name: 'x', version: '1' }] }],
    ['packages with states', [1, 2].map((n) => ({ PackageName: rollup(`26100.865${n}.1.9`), PackageState: 2 }))],
    ['names of packages', [rollup('26100.8655.1.9'), rollup('26100.8457.1.4')]],
  ];
  for (const [says, report] of reports) {
    for (const space of [0, 2]) {
      it(`${says}, ${space === 0 ? 'in one line' : 'set in'}: no part of it is taken for another format`, () => {
        const text = JSON.stringify(report, null, space);
        for (let length = 20; length < text.length; length += 1)
          assert.throws(() => read(Buffer.from(text.slice(0, length))), InventoryFormatError);
      });
    }
  }
});

describe('JSON with other text behind it', () => {
  const version = 'Microsoft Windows [Version 10.0.19045.3930]';
  const texts: readonly [says: string, text: string, isRead: boolean][] = [
    ['a document that is whole', `{"a": "{[\\""}\n${version}`, true],
    ['one that is not', `{"a": ["x"\n${version}`, false],
    ['one nested deeper than any report', `${'['.repeat(20_000)}${']'.repeat(20_000)}\n${version}`, false],
    ['a log that starts with a time in brackets', `[2024-01-09 20:00] start\n${version}`, true],
    ['a prompt', `[SRV1]: PS C:\\> cmd /c ver\n${version}`, true],
  ];
  for (const [says, text, isRead] of texts)
    it(`${says}: ${isRead ? 'the text is read' : 'refused'}`, () => {
      if (isRead) assert.equal(only(Buffer.from(text)).os.build?.ubr, 3930);
      else assert.throws(() => read(Buffer.from(text)), /JSON that broke off/);
    });
});

describe('native inventory', () => {
  const wrong: readonly [says: string, document: unknown, message: RegExp][] = [
    ['no os', { schema: 'kbgap-inventory/1' }, /"os"/],
    ['neither build nor name', { os: {} }, /os\.build or os\.name/],
    ['a build that is none', { os: { build: '19045' } }, /os\.build such as .*"19045"/],
    ['another schema', { schema: 'kbgap-inventory/9', os: { name: 'x' } }, /kbgap-inventory\/9/],
    ['an id that is none', { os: { name: 'x' }, device: { id: 'abc' } }, /40 hex/],
    ['a list that is none', { os: { name: 'x' }, updates: 'KB1' }, /updates to be a list/],
    ['a time that is none', { os: { name: 'x' }, observedAt: 'yesterday' }, /observedAt to be a time/],
    ['a number for a name', { os: { name: 7 } }, /os\.name to be a text/],
  ];
  for (const [says, document, message] of wrong) {
    it(`${says} is refused, naming the key`, () => {
      assert.throws(
        () => only(Buffer.from(JSON.stringify(document))),
        (error: unknown) => error instanceof InventoryFormatError || message.test(String(error)),
      );
      if ('os' in (document as object)) assert.throws(() => readNative(document), message);
    });
  }

  it('is no whole list with an update that says nothing', () => {
    const document = { os: { name: 'x' }, device: { name: 'y' }, updatesComplete: true };
    for (const [updates, isWhole] of [
      [[], true],
      [['KB5034122'], true],
      [['nothing'], false],
      [[{ kb: 'KB5034122', state: 'odd' }], false],
    ] as const)
      assert.equal(readNative({ ...document, updates }).updatesComplete, isWhole, JSON.stringify(updates));
  });

  it('sets a bad update aside and says so', () => {
    const report = read(
      Buffer.from(
        JSON.stringify({
          os: { name: 'Windows 10' },
          updates: [{ kb: 'x' }, { kb: 'KB5034122' }, { kb: 'KB5034123', state: 'odd' }],
        }),
      ),
    );
    assert.deepEqual(
      report.inventories[0]?.updates.map(({ kb }) => kb),
      ['5034122'],
    );
    assert.equal(report.notes.length, 2);
  });

  it('comes back from what it is written as', () => {
    const inventory = only(Buffer.from(native));
    assert.deepEqual(readNative(toNative(inventory)), inventory);
  });
});

describe('a report of no known format', () => {
  const rows: readonly [says: string, text: string, expected: RegExp][] = [
    [
      'systeminfo with two builds',
      'Host Name: X\nOS Name: Microsoft Windows 11 Pro\nOS Version: 10.0.22631 N/A Build 22621\nSystem Type: x64-based PC\n   [01]: KB5034123\n',
      /none of: systeminfo \(no version in which the build comes twice/,
    ],
    ['a query of osquery cut short', 'hotfix_id is what osqueryi printed\n', /none of: osquery/],
    ['keys without their hive', 'CurrentBuild    REG_SZ    19045\nUBR    REG_DWORD    0xf5a\n', /none of: registry/],
  ];
  for (const [says, text, expected] of rows)
    it(`${says}: the nearest format comes first`, () => assert.throws(() => read(Buffer.from(text)), expected));

  it('that is no text is called so', () => {
    const bytes = Uint8Array.from({ length: 2000 }, (_, index) => (index * index * 31 + index * 7 + 1) % 251);
    assert.throws(() => read(bytes), /neither text nor a workbook/);
  });
});

describe('a report that would take more memory than any needs', () => {
  const large: readonly [says: string, bytes: Buffer, message: RegExp][] = [
    [
      'JSON of millions of objects',
      Buffer.from(`[${'{},'.repeat(2_000_000)}{}]`),
      /expected JSON of at most 2000000 objects/,
    ],
    ['JSON of millions of numbers', Buffer.from(`[${'1,'.repeat(12_000_000)}1]`), /and 12000000 values; split it, got/],
    [
      'bytes that are no text',
      Buffer.alloc(5_000_000, 'ab\u0001\u00ff\u0002', 'latin1'),
      /neither text nor a workbook/,
    ],
  ];
  for (const [says, bytes, message] of large)
    it(`is refused by what it is: ${says}`, () => {
      assert.throws(() => readInventory(reportInput('x', bytes)), message);
    });
});
