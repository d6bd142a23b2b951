import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DocumentError } from './document-error.ts';

/** The largest real document has 11 MB; what unpacks to more than this is refused before it fills the memory. */
const largestDocumentBytes = 256 * 1024 * 1024;
const largestArchiveEntries = 5000;
/** Larger than zlib's own 16 KB: documents of megabytes come in a few pieces to be joined, not in hundreds. */
const unpackedPieceBytes = 256 * 1024;

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
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) yield* readZip(path, bytes);
  else if (isGzip(bytes)) yield { source: path, bytes: unzip(path, bytes), gzip: bytes };
  else if (isZstd(bytes)) yield { source: path, bytes: unpackZstd(path, bytes) };
  else yield { source: path, bytes };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DocumentError(path, `cannot be read: ${messageOf(error)}`, { cause: error });
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
    return gunzipSync(bytes, { maxOutputLength: largestDocumentBytes, chunkSize: unpackedPieceBytes });
  } catch (error) {
    throw new DocumentError(source, `expected a whole gzip file: ${messageOf(error)}`, { cause: error });
  }
}

async function* readZip(path: string, bytes: Buffer): AsyncGenerator<DocumentBytes | DocumentError> {
  const { default: yauzl } = await import('yauzl'); // loaded here: most imports meet no archive
  const archive = await new Promise<import('yauzl').ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, file) =>
      error === null ? resolve(file) : reject(new DocumentError(path, `expected a zip file: ${error.message}`)),
    );
  });
  if (archive.entryCount > largestArchiveEntries) {
    throw new DocumentError(path, `holds ${archive.entryCount} entries, more than ${largestArchiveEntries}`);
  }
  for (let entry = await nextEntry(path, archive); entry !== undefined; entry = await nextEntry(path, archive)) {
    if (!/\.(?:xml|json)(?:\.gz)?$/i.test(entry.fileName)) continue;
    const source = `${path}!${entry.fileName}`;
    try {
      yield { source, bytes: unzip(source, await readEntry(source, archive, entry)) };
    } catch (error) {
      yield error instanceof DocumentError ? error : new DocumentError(source, messageOf(error), { cause: error });
    }
  }
}

function nextEntry(path: string, archive: import('yauzl').ZipFile): Promise<import('yauzl').Entry | undefined> {
  return new Promise((resolve, reject) => {
    const clear = (): void => void archive.removeAllListeners();
    archive.once('entry', (entry) => (clear(), resolve(entry)));
    archive.once('end', () => (clear(), resolve(undefined)));
    archive.once(
      'error',
      (error: Error) => (clear(), reject(new DocumentError(path, `damaged zip file: ${error.message}`))),
    );
    archive.readEntry();
  });
}

async function readEntry(
  source: string,
  archive: import('yauzl').ZipFile,
  entry: import('yauzl').Entry,
): Promise<Buffer> {
  if (entry.uncompressedSize > largestDocumentBytes) {
    throw new DocumentError(source, `unpacks to ${entry.uncompressedSize} bytes, more than ${largestDocumentBytes}`);
  }
  const stream = await new Promise<import('node:stream').Readable>((resolve, reject) => {
    archive.openReadStream(entry, (error, opened) => (error === null ? resolve(opened) : reject(error)));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
