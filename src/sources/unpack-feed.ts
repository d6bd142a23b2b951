import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DocumentError } from './document-error.ts';

/** EPSS has some 12 MB; what unpacks to more than this is no feed. */
export const largestFeedBytes = 64 * 1024 * 1024;
/** Enough of a file to tell what it is. */
export const headBytes = 64 * 1024;
/** Of a gzip file; they unpack to some ten times as much. */
const packedHeadBytes = 8 * 1024;

/** A feed's bytes out of gzip or zstd, or as they are. @throws {DocumentError} where they are damaged or too many. */
export function unpackFeed(source: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length > largestFeedBytes)
    throw new DocumentError(source, `has ${bytes.length} bytes, more than the ${largestFeedBytes} of the largest feed`);
  try {
    if (isGzip(bytes)) return gunzipSync(bytes, { maxOutputLength: largestFeedBytes });
    if (isZstd(bytes)) return zstdDecompressSync(bytes, { maxOutputLength: largestFeedBytes });
    return bytes;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DocumentError(source, `expected whole compressed data of at most ${largestFeedBytes} bytes: ${reason}`, {
      cause: error,
    });
  }
}

/** The text that a file begins with, by its first bytes at least; `''` where they cannot be unpacked. */
export function headText(start: Uint8Array): string {
  try {
    const bytes = isGzip(start)
      ? gunzipSync(start.subarray(0, packedHeadBytes), {
          finishFlush: constants.Z_SYNC_FLUSH,
          maxOutputLength: largestFeedBytes,
        })
      : start;
    return Buffer.from(bytes.subarray(0, headBytes))
      .toString()
      .replace(/^\ufeff/, '');
  } catch {
    return '';
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isZstd(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}
