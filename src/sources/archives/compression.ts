import { constants, createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** Compression of one file without a name, told by its first bytes. */
export type Compression = 'gzip' | 'zstd';

/** Larger than zlib's own 16 KB: what says no size comes in a few pieces to be joined, not in hundreds. */
const pieceBytes = 256 * 1024;
/** Packed bytes that give the beginning of what they hold: zstd gives a block, up to 128 KB, when it has all of it. */
const headBytes: Readonly<Record<Compression, number>> = { gzip: 16 * 1024, zstd: 256 * 1024 };
/** What they may unpack to; gzip at most to a thousand times as much. */
const largestHeadBytes = 64 * 1024 * 1024;

export function compressionOf(bytes: Uint8Array): Compression | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return 'zstd';
  return undefined;
}

/** @throws {Error} where the bytes are damaged, or hold more than `largestBytes` (code `ERR_BUFFER_TOO_LARGE`). */
export function decompress(bytes: Uint8Array, compression: Compression, largestBytes: number): Buffer {
  const chunkSize = compression === 'gzip' ? pieceFor(bytes, largestBytes) : pieceBytes;
  const options = { maxOutputLength: largestBytes, chunkSize };
  return compression === 'gzip' ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options);
}

/** What the bytes begin with, unpacked; empty where they cannot be. */
export function decompressHead(bytes: Uint8Array, compression: Compression): Buffer {
  const head = bytes.subarray(0, headBytes[compression]);
  const maxOutputLength = largestHeadBytes;
  try {
    return compression === 'gzip'
      ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength })
      : zstdDecompressSync(head, { finishFlush: constants.ZSTD_e_flush, maxOutputLength });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Piece by piece, so that it need not be in memory whole. @throws {Error} where the bytes are damaged. */
export async function* decompressPieces(bytes: Uint8Array, compression: Compression): AsyncGenerator<Buffer> {
  const stream =
    compression === 'gzip' ? createGunzip({ chunkSize: pieceBytes }) : createZstdDecompress({ chunkSize: pieceBytes });
  stream.end(bytes);
  for await (const piece of stream) yield piece as Buffer;
}

/** A gzip file ends with the size of what it holds: unpacked in one piece, where that is true, nothing has to be joined. */
function pieceFor(bytes: Uint8Array, largestBytes: number): number {
  if (bytes.length < 18) return pieceBytes;
  const said = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return said <= largestBytes && said < bytes.length * 100 ? said + 64 : pieceBytes;
}
