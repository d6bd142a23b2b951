import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { Corrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import { forgedZip } from '../support/forged-zip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { mutations } from '../support/mutations.ts';

const march = advisoryXml({ id: '2020-Mar', revisedAt: '2020-03-10T07:00:00Z', kbs: ['4540673'] });
const april = advisoryXml({ id: '2020-Apr', revisedAt: '2020-04-14T07:00:00Z', kbs: ['4549951'] });

/** 300 MB of blanks, in 300 KB. */
const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024, 0x20), { level: 1 });

const files: readonly [name: string, bytes: () => Uint8Array, reason: RegExp][] = [
  ['bomb.xml.gz', () => bomb, /whole gzip file/],
  ['bomb-in-bomb.xml.gz', () => gzipSync(bomb), /./],
  ['bomb.zst.xml', () => zstdCompressSync(Buffer.alloc(300 * 1024 * 1024, 0x20)), /whole zstd file/],
  ['bomb.zip', () => zipSync({ 'a.xml.gz': bomb }), /a\.xml\.gz.*whole gzip file/],
  ['large-entry.zip', () => forgedZip('a.xml', Buffer.alloc(70_000_000)), /unpacks to 70000000 bytes/],
  [
    'lying-size.zip',
    () => forgedZip('a.xml', Buffer.alloc(70_000_000), { size: 5 }),
    /a\.xml: .*(?:too many bytes|size)/,
  ],
  [
    'longer-size.zip',
    () => forgedZip('a.xml', Buffer.from(march), { size: 60_000_000 }),
    /a\.xml: .*(?:not enough bytes|size)/,
  ],
  ['encrypted.zip', () => forgedZip('a.xml', Buffer.from(march), { flags: 1 }), /a\.xml: .*encrypted/],
  ['outside.zip', () => forgedZip('../../outside.xml', Buffer.from(april)), /invalid relative path/],
  ['absolute.zip', () => forgedZip('/etc/outside.xml', Buffer.from(april)), /absolute path/],
  ['backslash.zip', () => forgedZip('..\\outside.xml', Buffer.from(april)), /invalid/],
  [
    'many.zip',
    () => zipSync(Object.fromEntries(Array.from({ length: 5001 }, (_, n) => [`${n}.xml`, strToU8('')]))),
    /5001 entries/,
  ],
  ['no.zip', () => Buffer.from('PK\u0003\u0004 and then nothing'), /expected a zip file/],
  ['empty.xml', () => Buffer.alloc(0), /./],
  ['two.xml.gz', () => Buffer.concat([gzipSync(Buffer.from(march)), gzipSync(Buffer.from(march))]), /not well-formed/],
  [
    'gzip-and-more.xml.gz',
    () => Buffer.concat([gzipSync(Buffer.from(march)).subarray(0, -4), Buffer.from('xxxx')]),
    /whole gzip file/,
  ],
  ['too-large.xml', () => Buffer.alloc(65 * 1024 * 1024, 0x20), /at most 67108864 bytes/],
];

describe('files made to harm', () => {
  it('are refused by name in one import; the good one goes on, and nothing lands outside', { timeout: 60_000 }, (t) => {
    const root = temporaryFolder(t);
    const input = join(root, 'input');
    mkdirSync(input);
    for (const [name, bytes] of files) writeFileSync(join(input, name), bytes());
    writeFileSync(join(input, 'good.xml'), march);
    const peakFile = join(root, 'peak');
    const command = ['catalog', 'import', input, '--data', join(root, 'data'), '--json', '--quiet'];
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        '--require',
        fileURLToPath(new URL('../../bench/report-peak.cjs', import.meta.url)),
        fileURLToPath(new URL('../../bin/kbgap.js', import.meta.url)),
        ...command,
      ],
      { encoding: 'utf8', env: { ...process.env, KBGAP_BENCH_PEAK: peakFile } },
    );
    assert.equal(status, 2);
    const result = JSON.parse(stdout) as {
      readonly imported: readonly { readonly source: string }[];
      readonly refused: readonly { readonly source: string; readonly reason: string }[];
    };
    assert.deepEqual(
      result.imported.map(({ source }) => source),
      [join(input, 'good.xml')],
    );
    for (const [name, , reason] of files) {
      const refusal = result.refused.find(({ source }) => source.startsWith(join(input, name)));
      assert.ok(refusal !== undefined, `${name} was not refused`);
      assert.match(`${refusal.source}: ${refusal.reason}`, reason);
    }
    assert.deepEqual(readdirSync(root).sort(), ['data', 'input', 'peak']);
    assert.deepEqual(
      readdirSync(join(root, 'data', 'catalogue', 'documents')).length,
      2, // the good document and the history
    );
    const peakBytes = Number(readFileSync(peakFile, 'utf8'));
    if (process.platform === 'linux') assert.ok(peakBytes < 700e6, `${peakBytes} bytes at the peak`);
  });

  it('a zip changed anywhere: its documents are read or refused, what is held stays whole', async (t) => {
    const folder = new CatalogueFolder(temporaryFolder(t), new Corrections([]));
    const input = join(temporaryFolder(t), 'all.zip');
    const whole = Buffer.from(zipSync({ 'march.xml': strToU8(march), 'april.xml.gz': gzipSync(Buffer.from(april)) }));
    writeFileSync(input, whole);
    await importCatalogue(folder, [input]);
    await fc.assert(
      fc.asyncProperty(mutations, async (change) => {
        writeFileSync(input, change.apply(whole));
        const { imported, refused } = await importCatalogue(folder, [input]);
        for (const { source } of [...imported, ...refused]) assert.ok(source.startsWith(input), source);
        assert.equal(folder.loadCurrent().catalogue.documents.length, 2);
      }),
      { numRuns: 15 },
    );
  });
});
