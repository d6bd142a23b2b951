import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DocumentError } from './document-error.ts';
import { largestArchiveContent, largestDocumentBytes, largestFileBytes } from './limits.ts';
import { isZip, readArchive } from './read-archive.ts';
import { headText } from './unpack-feed.ts';

/** Larger than zlib's own 16 KB: what says no size comes in a few pieces to be joined, not in hundreds. */
const unpackedPieceBytes = 256 * 1024;

/** What an archive may hold a document as. */
export const documentNames = /\.(?:xml|json)(?:\.gz)?$/i;

/** One document's bytes as published, and where they stood. */
export interface DocumentBytes {
  readonly source: string;
  readonly bytes: Uint8Array;
  /** The same as it stood on disk, where that is a gzip file. */
  readonly gzip?: Uint8Array;
}

/**
 * The documents in a file: plain, gzip, or every XML and JSON file of a zip, told by content, not by name. An entry that
 * cannot be unpacked is an error of its own, so that the others go on.
 * @throws {DocumentError} where the file cannot be read at all.
 */
export async function* readDocumentFile(path: string): AsyncGenerator<DocumentBytes | DocumentError> {
  const bytes = readBytes(path);
  if (isZip(bytes)) yield* readZip(path, bytes);
  else if (isGzip(bytes)) yield { source: path, bytes: unzip(path, bytes), gzip: bytes };
  else if (isZstd(bytes)) yield { source: path, bytes: unpackZstd(path, bytes) };
  else yield { source: path, bytes };
}

/** A whole file; a pipe or a device has no size beforehand, and may never end. @throws {DocumentError} */
export function readBytes(path: string): Buffer {
  let handle;
  try {
    handle = openSync(path, 'r');
    const pieces: Buffer[] = [];
    let total = 0;
    for (let piece = Buffer.allocUnsafe(fstatSync(handle).size + 1); ; piece = Buffer.allocUnsafe(unpackedPieceBytes)) {
      if (total + piece.length > largestFileBytes + unpackedPieceBytes)
        throw new Error(`expected a file of at most ${largestFileBytes} bytes, got a larger one`);
      const read = readSync(handle, piece);
      if (read === 0) return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
      pieces.push(piece.subarray(0, read));
      total += read;
    }
  } catch (error) {
    throw new DocumentError(path, `cannot be read: ${messageOf(error)}`, { cause: error });
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** As the data folder keeps documents that came unpacked. */
function isZstd(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}

function unpackZstd(source: string, bytes: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: largestDocumentBytes });
  } catch (error) {
    throw new DocumentError(source, `expected a whole zstd file: ${messageOf(error)}`, { cause: error });
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unzip(source: string, bytes: Uint8Array): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: largestDocumentBytes, chunkSize: pieceFor(bytes) });
  } catch (error) {
    throw new DocumentError(source, `expected a whole gzip file: ${messageOf(error)}`, { cause: error });
  }
}

/** A gzip file ends with the size of what it holds: unpacked in one piece, where that is true, nothing has to be joined. */
function pieceFor(bytes: Uint8Array): number {
  if (bytes.length < 18) return unpackedPieceBytes;
  const said = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return said <= largestDocumentBytes && said < bytes.length * 100 ? said + unpackedPieceBytes : unpackedPieceBytes;
}

/** The XML and JSON files of a zip; feeds among them are for others to read. */
async function* readZip(path: string, bytes: Buffer): AsyncGenerator<DocumentBytes | DocumentError> {
  const { recogniseFeed } = await import('./sources.ts'); // loaded here: most imports meet no archive
  let content = 0;
  for await (const entry of readArchive(path, bytes)) {
    if (!documentNames.test(entry.name)) continue;
    content += entry.sizeBytes;
    if (content > largestArchiveContent)
      throw new DocumentError(path, `expected documents of at most ${largestArchiveContent} bytes in all, got more`);
    const { source } = entry;
    try {
      const packed = await entry.read(largestDocumentBytes);
      if (recogniseFeed(headText(packed)) === undefined) yield { source, bytes: unzip(source, packed) };
    } catch (error) {
      yield error instanceof DocumentError ? error : new DocumentError(source, messageOf(error), { cause: error });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
