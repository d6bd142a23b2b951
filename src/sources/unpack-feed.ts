import { compressionOf, decompress, decompressHead } from './archives/compression.ts';
import { DocumentError } from './document-error.ts';

/** EPSS has some 12 MB; what unpacks to more than this is no feed. */
export const largestFeedBytes = 64 * 1024 * 1024;
/** Enough of a file to tell what it is. */
export const headBytes = 64 * 1024;

/** A feed's bytes out of gzip or zstd, or as they are. @throws {DocumentError} where they are damaged or too many. */
export function unpackFeed(source: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length > largestFeedBytes)
    throw new DocumentError(source, `has ${bytes.length} bytes, more than the ${largestFeedBytes} of the largest feed`);
  try {
    const compression = compressionOf(bytes);
    return compression === undefined ? bytes : decompress(bytes, compression, largestFeedBytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DocumentError(source, `expected whole compressed data of at most ${largestFeedBytes} bytes: ${reason}`, {
      cause: error,
    });
  }
}

/** The text that a file begins with, by its first bytes at least; `''` where they cannot be unpacked. */
export function headText(start: Uint8Array): string {
  const compression = compressionOf(start);
  const bytes = compression === undefined ? start : decompressHead(start, compression);
  return Buffer.from(bytes.subarray(0, headBytes))
    .toString()
    .replace(/^\ufeff/, '');
}
