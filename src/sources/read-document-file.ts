import { compressionOf, decompress } from './archives/compression.ts';
import type { Compression } from './archives/compression.ts';
import { entryLabel } from './archives/entry-label.ts';
import { readBoundedFile } from './archives/read-bounded-file.ts';
import { isZip, zipEntries } from './archives/zip-entries.ts';
import type { ZipEntry } from './archives/zip-entries.ts';
import { DocumentError } from './document-error.ts';
import { largestArchiveContent, largestArchiveEntries, largestDocumentBytes, largestFileBytes } from './limits.ts';

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

function readBytes(path: string): Buffer {
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

async function* readZip(path: string, bytes: Buffer): AsyncGenerator<DocumentBytes | DocumentError> {
  let content = 0;
  try {
    for await (const entry of zipEntries(bytes, { mostEntries: largestArchiveEntries })) {
      if (!/\.(?:xml|json)(?:\.gz)?$/i.test(entry.name)) continue;
      content += entry.sizeBytes;
      if (content > largestArchiveContent)
        throw new Error(`expected documents of at most ${largestArchiveContent} bytes in all, got more`);
      yield await readEntry(`${path}!${entryLabel(entry.name)}`, entry);
    }
  } catch (error) {
    throw new DocumentError(path, messageOf(error), { cause: error });
  }
}

async function readEntry(source: string, entry: ZipEntry): Promise<DocumentBytes | DocumentError> {
  try {
    if (entry.sizeBytes > largestDocumentBytes)
      throw new Error(`unpacks to ${entry.sizeBytes} bytes, more than ${largestDocumentBytes}`);
    const bytes = await entry.read();
    const compression = compressionOf(bytes);
    return { source, bytes: compression === 'gzip' ? unpack(source, bytes, compression) : bytes };
  } catch (error) {
    return error instanceof DocumentError ? error : new DocumentError(source, messageOf(error), { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
