import { compressionOf, decompress } from './archives/compression.ts';
import type { Compression } from './archives/compression.ts';
import { readBoundedFile } from './archives/read-bounded-file.ts';
import { isZip } from './archives/zip-entries.ts';
import { DocumentError } from './document-error.ts';
import { largestArchiveContent, largestDocumentBytes, largestFileBytes } from './limits.ts';
import { readArchive } from './read-archive.ts';
import { headText } from './unpack-feed.ts';

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
  const compression = compressionOf(bytes);
  if (isZip(bytes)) yield* readZip(path, bytes);
  else if (compression === undefined) yield { source: path, bytes };
  else {
    const unpacked = unpack(path, bytes, compression);
    yield { source: path, bytes: unpacked, ...(compression === 'gzip' ? { gzip: bytes } : {}) };
  }
}

/** A whole file; a pipe or a device has no size beforehand, and may never end. @throws {DocumentError} */
export function readBytes(path: string): Buffer {
  try {
    return readBoundedFile(path, largestFileBytes);
  } catch (error) {
    throw new DocumentError(path, `cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** zstd is how the data folder keeps documents that came unpacked. */
function unpack(source: string, bytes: Uint8Array, compression: Compression): Uint8Array {
  try {
    return decompress(bytes, compression, largestDocumentBytes);
  } catch (error) {
    throw new DocumentError(source, `expected a whole ${compression} file: ${messageOf(error)}`, { cause: error });
  }
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
      if (recogniseFeed(headText(packed)) !== undefined) continue;
      yield { source, bytes: compressionOf(packed) === 'gzip' ? unpack(source, packed, 'gzip') : packed };
    } catch (error) {
      yield error instanceof DocumentError ? error : new DocumentError(source, messageOf(error), { cause: error });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
