import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { unpackBody, unpackStream } from './unpack-body.ts';

const content = Buffer.from('a report\n'.repeat(50));
const packed: readonly [encoding: string, bytes: Buffer, content: Buffer][] = [
  ['gzip', gzipSync(content), content],
  ['gzip', Buffer.concat([gzipSync(content), gzipSync(content)]), Buffer.concat([content, content])],
  ['gzip, identity', gzipSync(content), content],
  ['Identity,X-GZIP', gzipSync(content), content],
  ['identity', content, content],
  ['deflate', deflateSync(content), content],
  ['deflate', deflateRawSync(content), content],
  ['br', brotliCompressSync(content), content],
  ['zstd', zstdCompressSync(content), content],
  ['zstd', Buffer.concat([zstdCompressSync(content), zstdCompressSync(content)]), Buffer.concat([content, content])],
];

async function streamed(chunks: readonly Uint8Array[], encoding: string, largest = 1e6): Promise<Buffer> {
  const all: Uint8Array[] = [];
  const body = Readable.from(chunks, { objectMode: false });
  for await (const piece of unpackStream(body, encoding, largest)) all.push(piece);
  return Buffer.concat(all);
}

describe('a packed body', () => {
  for (const [encoding, bytes, expected] of packed) {
    it(`is unpacked: ${encoding}, ${bytes.length} bytes`, async () => {
      assert.deepEqual(Buffer.from(await unpackBody(bytes, encoding, 1e6)), expected);
      assert.deepEqual(await streamed([bytes], encoding), expected);
      assert.deepEqual(
        await streamed([bytes.subarray(0, 1), bytes.subarray(1, 9), bytes.subarray(9)], encoding),
        expected,
      );
      if (encoding === 'identity') return;
      await assert.rejects(unpackBody(bytes, encoding, expected.length - 1), { status: 413 });
      await assert.rejects(streamed([bytes], encoding, expected.length - 1), { status: 413 });
    });

    if (encoding !== 'identity') {
      it(`is refused with something behind it or cut: ${encoding}, ${bytes.length} bytes`, async () => {
        const garbage = Buffer.from('garbage');
        await assert.rejects(unpackBody(Buffer.concat([bytes, garbage]), encoding, 1e6), { status: 400 });
        await assert.rejects(streamed([Buffer.concat([bytes, garbage])], encoding), { status: 400 });
        await assert.rejects(streamed([bytes, garbage], encoding), { status: 400 });
        await assert.rejects(unpackBody(bytes.subarray(0, -3), encoding, 1e6), { status: 400 });
        await assert.rejects(streamed([bytes.subarray(0, -3)], encoding), { status: 400 });
      });
    }
  }

  for (const encoding of ['gzip, gzip', 'compress', 'br, gzip']) {
    it(`is refused as ${encoding}`, async () => {
      await assert.rejects(unpackBody(content, encoding, 1e6), { status: 415 });
      await assert.rejects(streamed([content], encoding), { status: 415 });
    });
  }
});
