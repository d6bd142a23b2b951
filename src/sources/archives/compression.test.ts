import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, zstdCompressSync } from 'node:zlib';
import { compressionOf, decompress, decompressHead, decompressPieces } from './compression.ts';
import { unzstd, unzstdStream } from './zstd-frames.ts';

const large = Array.from({ length: 60_000 }, (_, n) => `line ${n * 7919}`).join('\n');
const first = zstdCompressSync('first\n');
const second = zstdCompressSync(large, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const unsized = zstdCompressSync('c'.repeat(300), { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } });
const empty = zstdCompressSync('');
/** RFC 8878, 3.1.2: what pzstd puts before each frame. */
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
const nothingSkippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);

const several: readonly [says: string, packed: Buffer, content: string][] = [
  ['one frame', first, 'first\n'],
  ['two frames', Buffer.concat([first, second]), `first\n${large}`],
  ['frames of many kinds', Buffer.concat([empty, unsized, second, empty, first]), `${'c'.repeat(300)}${large}first\n`],
  ['skippable frames', Buffer.concat([skippable, first, nothingSkippable, first, skippable]), 'first\nfirst\n'],
];
const damaged: readonly [says: string, packed: Buffer][] = [
  ['something behind the last frame', Buffer.concat([first, Buffer.from('garbage')])],
  ['less than a magic behind it', Buffer.concat([first, Buffer.from('x')])],
  ['a second frame that breaks off', Buffer.concat([first, second.subarray(0, -5)])],
  ['a second frame that breaks off in its magic', Buffer.concat([first, second.subarray(0, 3)])],
  ['a skippable frame that breaks off', Buffer.concat([first, skippable.subarray(0, -1)])],
];

async function text(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

function* cutInto(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('zstd of several frames', () => {
  for (const [says, packed, content] of several) {
    it(`reads all of ${says}`, async () => {
      assert.equal(compressionOf(packed), 'zstd');
      assert.equal(decompress(packed, 'zstd', content.length).toString(), content);
      assert.equal(await text(decompressPieces(packed, 'zstd')), content);
      assert.equal((await unzstd(packed, content.length)).toString(), content);
      assert.ok(content.startsWith(decompressHead(packed, 'zstd').toString()));
      assert.ok(decompressHead(packed, 'zstd').length >= Math.min(content.length, 16 * 1024));
      const sizes = packed.length > 10_000 ? [7919, 65_536] : [1, 2, 3, 4, 5, 11];
      for (const size of sizes)
        assert.equal(await text(unzstdStream(cutInto(packed, size))), content, `in pieces of ${size}`);
    });
  }

  for (const [says, packed] of damaged) {
    it(`refuses ${says}`, async () => {
      assert.throws(() => decompress(packed, 'zstd', 1e9));
      await assert.rejects(text(decompressPieces(packed, 'zstd')));
      await assert.rejects(unzstd(packed, 1e9));
      await assert.rejects(text(unzstdStream(cutInto(packed, 3))));
    });
  }

  it('holds the limit over all frames', async () => {
    const packed = Buffer.concat([first, first, empty]);
    assert.equal(decompress(packed, 'zstd', 12).length, 12);
    for (const limit of [5, 6, 11]) {
      assert.throws(() => decompress(packed, 'zstd', limit), { code: 'ERR_BUFFER_TOO_LARGE' });
      await assert.rejects(unzstd(packed, limit), { code: 'ERR_BUFFER_TOO_LARGE' });
    }
  });
});
