import type { Readable } from 'node:stream';
import { createRequire } from 'node:module';
import type { Entry, ZipFile } from 'yauzl';
import { TooLargeError } from './too-large-error.ts';

const require = createRequire(import.meta.url);

export interface ZipOptions {
  readonly mostEntries: number;
  /** Names are only shown: `..` and absolute paths are no error. */
  readonly areNamesLabels?: boolean;
}

/** A file in a zip; folders are left out. */
export interface ZipEntry {
  readonly name: string;
  /** As the archive says; unpacking holds it to that. */
  readonly sizeBytes: number;
  readonly packedBytes: number;
  readonly isEncrypted: boolean;
  /** 0 stored, 8 deflate: no other can be read. */
  readonly method: number;
  /** All of it, or at least its first `enough` bytes. @throws {Error} where it is damaged, encrypted or packed in an unknown way. */
  read(enough?: number): Promise<Buffer>;
}

export function isZip(bytes: Uint8Array): boolean {
  const third = bytes[2] ?? 0;
  return (
    bytes[0] === 0x50 && bytes[1] === 0x4b && (third === 3 || third === 5 || third === 7) && bytes[3] === third + 1
  );
}

/**
 * The files of a zip in the order of its directory, one by one.
 * @throws {TooLargeError} for too many entries, {Error} where the archive or its directory is damaged.
 */
export async function* zipEntries(bytes: Buffer, options: ZipOptions): AsyncGenerator<ZipEntry> {
  // Loaded here: most files are no archive.
  const yauzl = require('yauzl') as typeof import('yauzl');
  const areNamesLabels = options.areNamesLabels === true;
  const archive = await new Promise<ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true, decodeStrings: !areNamesLabels }, (error, file) =>
      error === null ? resolve(file) : reject(new Error(`expected a zip file: ${error.message}`)),
    );
  });
  if (archive.entryCount > options.mostEntries)
    throw new TooLargeError(`holds ${archive.entryCount} entries, more than ${options.mostEntries}`);
  for (let entry = await nextEntry(archive); entry !== undefined; entry = await nextEntry(archive)) {
    const name = areNamesLabels
      ? yauzl.getFileNameLowLevel(
          entry.generalPurposeBitFlag,
          entry.fileName as unknown as Buffer,
          entry.extraFields,
          false,
        )
      : entry.fileName;
    if (!name.endsWith('/')) yield entryOf(archive, entry, name);
  }
}

function entryOf(archive: ZipFile, entry: Entry, name: string): ZipEntry {
  return {
    name,
    sizeBytes: entry.uncompressedSize,
    packedBytes: entry.compressedSize,
    isEncrypted: entry.isEncrypted(),
    method: entry.compressionMethod,
    read: (enough = Infinity) => readEntry(archive, entry, enough),
  };
}

function nextEntry(archive: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const clear = (): void => void archive.removeAllListeners();
    archive.once('entry', (entry) => (clear(), resolve(entry)));
    archive.once('end', () => (clear(), resolve(undefined)));
    archive.once('error', (error: Error) => (clear(), reject(new Error(`damaged zip file: ${error.message}`))));
    archive.readEntry();
  });
}

async function readEntry(archive: ZipFile, entry: Entry, enough: number): Promise<Buffer> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    archive.openReadStream(entry, (error, opened) => (error === null ? resolve(opened) : reject(error)));
  });
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    size += (piece as Buffer).length;
    if (size >= enough) break; // which ends the stream
  }
  return Buffer.concat(pieces);
}
