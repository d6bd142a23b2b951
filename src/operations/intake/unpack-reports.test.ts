import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { forgedZip, overlappingZip } from '../../../test/support/forged-zip.ts';
import { mutations } from '../../../test/support/mutations.ts';
import { tarFile } from '../../../test/support/tar-file.ts';
import { ReportFileError } from './report-file-error.ts';
import { reportLimits } from './report-limits.ts';
import { unpackReports } from './unpack-reports.ts';

/** `source: text`, or the error's code and message. */
async function unpacked(bytes: Uint8Array, limits: Partial<typeof reportLimits> = {}): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const report of unpackReports({ source: 'f', bytes }, { ...reportLimits, ...limits })) {
    found.push(
      report instanceof ReportFileError
        ? `${report.code} ${report.message}`
        : `${report.source}: ${Buffer.from(report.bytes).toString()}`,
    );
  }
  return found;
}

const one = strToU8('one');
const two = strToU8('two');
const pair = zipSync({ 'a.txt': one, 'deep/b.txt': two });
const tarPair = tarFile([
  { name: './a.txt', content: 'one' },
  { name: 'deep', type: '5' },
  { name: 'deep/b.txt', content: 'two' },
]);
const both = ['f!/a.txt: one', 'f!/deep/b.txt: two'];
const workbook = zipSync({ '[Content_Types].xml': one, 'xl/workbook.xml': two });
const lateWorkbook = zipSync({ 'xl/workbook.xml': two, '[Content_Types].xml': one });

const shapes: readonly [says: string, bytes: Uint8Array, found: readonly string[]][] = [
  ['a plain report', one, ['f: one']],
  ['nothing', new Uint8Array(), ['f: ']],
  ['gzip', gzipSync(one), ['f: one']],
  ['gzip of two parts', Buffer.concat([gzipSync(one), gzipSync(two)]), ['f: onetwo']],
  ['zstd', zstdCompressSync(one), ['f: one']],
  ['zip', pair, both],
  ['an empty zip', zipSync({}), []],
  ['tar', tarPair, both],
  ['tar in gzip', gzipSync(tarPair), both],
  ['tar in zstd', zstdCompressSync(tarPair), both],
  ['gzip in zip', zipSync({ 'a.gz': gzipSync(one) }), ['f!/a.gz: one']],
  ['zip in zip', zipSync({ 'x.zip': pair }), ['f!/x.zip!/a.txt: one', 'f!/x.zip!/deep/b.txt: two']],
  [
    'zip in tar in gzip',
    gzipSync(tarFile([{ name: 'x.zip', content: pair }])),
    ['f!/x.zip!/a.txt: one', 'f!/x.zip!/deep/b.txt: two'],
  ],
  [
    'tar in gzip in zip',
    zipSync({ 'x.tgz': gzipSync(tarPair) }),
    ['f!/x.tgz!/a.txt: one', 'f!/x.tgz!/deep/b.txt: two'],
  ],
  [
    'hidden files and those that systems lay',
    zipSync({ '.a': one, '.git/x': one, '__MACOSX/._b': one, 'c/Thumbs.db': one, 'desktop.ini': one, 'b.txt': two }),
    ['f!/b.txt: two'],
  ],
  [
    'links and devices in tar',
    tarFile([
      { name: 'l', type: '2' },
      { name: 'd', type: '3' },
      { name: 'b', content: 'two' },
    ]),
    ['f!/b: two'],
  ],
];

describe('unpackReports', () => {
  for (const [says, bytes, found] of shapes) it(says, async () => assert.deepEqual(await unpacked(bytes), found));

  for (const [says, bytes] of [
    ['as Excel writes it', workbook],
    ['with its types last', lateWorkbook],
  ] as const)
    it(`a workbook ${says} is one report`, async () => {
      assert.equal((await unpacked(bytes)).length, 1);
      assert.match((await unpacked(bytes))[0] ?? '', /^f: PK/);
      assert.match((await unpacked(zipSync({ 'book.xlsx': bytes })))[0] ?? '', /^f!\/book\.xlsx: PK/);
    });

  const names: readonly [name: string, shown: string][] = [
    ['../../etc/passwd', 'f!/../../etc/passwd'],
    ['/etc/passwd', 'f!//etc/passwd'],
    ['C:\\Windows\\x.txt', 'f!/C:/Windows/x.txt'],
    ['a\u001b[31m\n\u202eb', 'f!/a?[31m??b'],
    ['__proto__', 'f!/__proto__'],
    ['x'.repeat(400), `f!/${'x'.repeat(300)}…`],
  ];
  for (const [name, shown] of names) {
    it(`the name ${JSON.stringify(name.slice(0, 40))} is only a label`, async () => {
      assert.deepEqual(await unpacked(forgedZip(name, Buffer.from('one'), { flags: 0x800 })), [`${shown}: one`]);
    });
  }

  it('a member that cannot be opened costs itself alone', async () => {
    const bad: readonly [bytes: Uint8Array, reason: RegExp][] = [
      [forgedZip('x', Buffer.from('one'), { flags: 1 }), /^archive-encrypted f!\/bad!\/x: is encrypted/],
      [forgedZip('x', Buffer.from('one'), { method: 99 }), /^archive-unsupported .*method 99/],
      [forgedZip('x', Buffer.from('one'), { size: 2 }), /^archive-damaged .*cannot be unpacked/],
      [gzipSync('one').subarray(0, 15), /^archive-damaged f!\/bad: expected a whole gzip file/],
      [Buffer.from('PK\u0003\u0004 and nothing'), /^archive-damaged f!\/bad: expected a zip file/],
      [
        Buffer.from('7z\u00bc\u00af\u0027\u001c', 'latin1'),
        /^archive-unsupported f!\/bad: .*7z archive: unpack it first/,
      ],
      [Buffer.from('BZh91AY&SYxx'), /bzip2/],
      [Buffer.from('Rar!\u001a\u0007\u0001'), /RAR/],
      [
        gzipSync(Buffer.alloc(30_000_000)),
        /^file-too-large f!\/bad: expected \d+ bytes that unpack to at most \d+, got more/,
      ],
      [
        forgedZip('x', Buffer.alloc(30_000_000)),
        /^file-too-large f!\/bad!\/x: expected \d+ bytes that unpack to at most 500 times/,
      ],
      [gzipSync(tarFile([{ name: 'x', content: Buffer.alloc(30_000_000) }])), /^file-too-large f!\/bad: .* 500 times/],
      [tarFile([{ name: 'x', content: 'one' }]).subarray(0, 514), /^archive-damaged f!\/bad: damaged tar archive/],
      [tarFile([{ name: 'x', content: 'one', size: 300_000_000 }]), /^(?:file-too-large|archive-damaged) f!\/bad/],
    ];
    for (const [bytes, reason] of bad) {
      const found = await unpacked(Buffer.from(zipSync({ 'a.txt': one, bad: bytes, 'c.txt': two }, { level: 0 })));
      assert.deepEqual([found[0], found.at(-1)], ['f!/a.txt: one', 'f!/c.txt: two']);
      assert.match(found.slice(1, -1).join('\n'), reason);
    }
  });

  it('what came before a damage is given', async () => {
    const members = Array.from({ length: 40 }, (_, n) => ({ name: `${n}.txt`, content: `text ${n} `.repeat(200) }));
    const cut = gzipSync(tarFile(members)).subarray(0, 900);
    const found = await unpacked(cut);
    assert.match(found[0] ?? '', /^f!\/0\.txt: text 0/);
    assert.match(found.at(-1) ?? '', /^archive-damaged f: /);
  });

  const small = {
    largestReportBytes: 10,
    largestContentBytes: 100,
    mostEntries: 3,
    deepestArchive: 2,
    deepestPacking: 4,
  };
  const over: readonly [says: string, bytes: Uint8Array, reason: RegExp][] = [
    [
      'a member that is too large',
      zipSync({ a: strToU8('x'.repeat(11)) }),
      /^file-too-large f!\/a: .*at most 10 bytes, got 11$/,
    ],
    [
      'the same in tar',
      tarFile([{ name: 'a', content: 'x'.repeat(11) }]),
      /^file-too-large f!\/a: .*at most 10 bytes, got 11$/,
    ],
    [
      'too many members',
      zipSync({ a: one, b: one, c: one, d: one }),
      /^archive-too-large f: holds 4 entries, more than 3$/,
    ],
    [
      'too many in tar',
      tarFile(['a', 'b', 'c', 'd'].map((name) => ({ name }))),
      /^archive-too-large f: .*at most 3 entries/,
    ],
    [
      'archives in one another',
      zipSync({ a: zipSync({ b: zipSync({ c: one }) }) }),
      /^archive-unsupported .*2 archives in one another/,
    ],
    [
      'gzip in gzip',
      Array.from({ length: 5 }).reduce<Uint8Array>((bytes) => gzipSync(bytes), one),
      /^archive-unsupported f: /,
    ],
    ['tar in gzip over the limit of all', gzipSync(tarPair), /^archive-too-large f: .*at most 100 bytes/],
  ];
  for (const [says, bytes, reason] of over)
    it(`${says}: refused, naming the limit`, async () => {
      const limits =
        says.startsWith('archives') || says.startsWith('gzip')
          ? { ...small, largestReportBytes: 1000, largestContentBytes: 10_000 }
          : small;
      assert.match((await unpacked(bytes, limits)).at(-1) ?? '', reason);
    });

  it('a bomb of archives in archives ends at the limit of all that is unpacked', async () => {
    const kernel = strToU8('x'.repeat(1_000_000));
    const layer = zipSync(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, kernel])), { level: 1 });
    const bomb = zipSync(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`l${n}.zip`, layer])));
    const found = await unpacked(bomb, { largestContentBytes: 50_000_000 });
    assert.ok(found.length < 60, `${found.length}`);
    assert.match(found.at(-1) ?? '', /^archive-too-large .*unpack to at most \d+ bytes/);
  });

  it('members that share their bytes end at the ratio of the whole file', async () => {
    const text = strToU8(Array.from({ length: 90_000 }, (_, n) => `line ${n} ${(n * 7919) % 10_007}`).join('\n'));
    const overlapping = overlappingZip(Buffer.from(text), 3000);
    assert.ok(overlapping.length < 1_000_000);
    const found = await unpacked(overlapping);
    assert.ok(found.length < 500, `${found.length}`);
    assert.match(found.at(-1) ?? '', /^archive-too-large .*unpack to at most \d+ bytes/);
  });

  it('an archive changed anywhere: its members are read or refused, nothing else is thrown', async () => {
    for (const whole of [
      pair,
      tarPair,
      gzipSync(tarPair),
      zipSync({ 'x.tgz': gzipSync(tarPair) }),
      zstdCompressSync(tarPair),
    ])
      await fc.assert(
        fc.asyncProperty(fc.array(mutations, { minLength: 1, maxLength: 3 }), async (changes) => {
          const damaged = changes.reduce<Buffer>((bytes, change) => change.apply(bytes), Buffer.from(whole));
          for (const line of await unpacked(damaged)) assert.ok(/^(?:f|[a-z-]+ f)/.test(line), line);
        }),
        { numRuns: 60 },
      );
  });
});
