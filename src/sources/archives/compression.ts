import { constants, createGunzip, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { unzstdStream, unzstdSync, zstdFrames } from './zstd-frames.ts';

/** Compression of one file without a name, told by its first bytes. */
export type Compression = 'gzip' | 'zstd';

/** Larger than zlib's own 16 KB: what says no size comes in a few pieces to be joined, not in hundreds. */
const pieceBytes = 256 * 1024;
/** Packed bytes that give the beginning of what they hold: zstd gives a block, up to 128 KB, when it has all of it. */
const headBytes: Readonly<Record<Compression, number>> = { gzip: 16 * 1024, zstd: 256 * 1024 };
const enoughHeadBytes = 16 * 1024;
/** What they may unpack to; gzip at most to a thousand times as much. */
const largestHeadBytes = 64 * 1024 * 1024;

export function compressionOf(bytes: Uint8Array): Compression | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return 'zstd';
  // Skippable frames, which pzstd begins with.
  if (((bytes[0] ?? 0) & 0xf0) === 0x50 && bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18) return 'zstd';
  return undefined;
}

/** @throws {Error} where the bytes are damaged, or hold more than `largestBytes` (code `ERR_BUFFER_TOO_LARGE`). */
export function decompress(bytes: Uint8Array, compression: Compression, largestBytes: number): Buffer {
  if (compression === 'zstd') return unzstdSync(bytes, largestBytes, pieceBytes);
  return gunzipSync(bytes, { maxOutputLength: largestBytes, chunkSize: pieceFor(bytes, largestBytes) });
}

/** What the bytes begin with, unpacked; empty where they cannot be. */
export function decompressHead(bytes: Uint8Array, compression: Compression): Buffer {
  const maxOutputLength = largestHeadBytes;
  try {
    if (compression === 'zstd') return unzstdHead(bytes, maxOutputLength);
    const head = bytes.subarray(0, headBytes.gzip);
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Of the first frame, and of the next ones while they are small. */
function unzstdHead(bytes: Uint8Array, maxOutputLength: number): Buffer {
  const contents: Buffer[] = [];
  let packed = 0;
  let unpacked = 0;
  for (const frame of zstdFrames(bytes)) {
    const head = frame.subarray(0, headBytes.zstd);
    const content = zstdDecompressSync(head, { finishFlush: constants.ZSTD_e_flush, maxOutputLength });
    contents.push(content);
    packed += head.length;
    unpacked += content.length;
    if (unpacked >= enoughHeadBytes || packed >= headBytes.zstd) break;
  }
  return Buffer.concat(contents, unpacked);
}

/** Piece by piece, so that it need not be in memory whole. @throws {Error} where the bytes are damaged. */
export async function* decompressPieces(bytes: Uint8Array, compression: Compression): AsyncGenerator<Buffer> {
  if (compression === 'zstd') {
    yield* unzstdStream([bytes], pieceBytes) as AsyncIterable<Buffer>;
    return;
  }
  const stream = createGunzip({ chunkSize: pieceBytes });
  stream.end(bytes);
  yield* stream as AsyncIterable<Buffer>;
}

/** A gzip file ends with the size of what it holds: unpacked in one piece, where that is true, nothing has to be joined. */
function pieceFor(bytes: Uint8Array, largestBytes: number): number {
  if (bytes.length < 18) return pieceBytes;
  const said = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return said <= largestBytes && said < bytes.length * 100 ? said + 64 : pieceBytes;
}
