import { DocumentError } from './document-error.ts';
import { largestArchiveEntries } from './limits.ts';

/** A file in a zip. Nothing of it is unpacked until it is asked for. */
export interface ArchiveEntry {
  /** As the archive spells it: `2026/2026-Jun.xml`. */
  readonly name: string;
  /** For people: `documents.zip!2026/2026-Jun.xml`. */
  readonly source: string;
  /** Unpacked, by the archive's own word; what comes is held to it. */
  readonly sizeBytes: number;
  /** @throws {DocumentError} where it is larger than `largestBytes`, or cannot be unpacked. */
  read(largestBytes: number): Promise<Buffer>;
  /** What it begins with: at least so many bytes, where it has them. @throws {DocumentError} where it cannot be unpacked. */
  readStart(leastBytes: number): Promise<Buffer>;
}

/** Whether bytes begin as a zip does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** The files in a zip, in its order. @throws {DocumentError} where it is none, damaged, or has too many. */
export async function* readArchive(path: string, bytes: Buffer): AsyncGenerator<ArchiveEntry> {
  const { default: yauzl } = await import('yauzl'); // loaded here: most imports meet no archive
  const archive = await new Promise<ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, file) =>
      error === null ? resolve(file) : reject(new DocumentError(path, `expected a zip file: ${error.message}`)),
    );
  });
  if (archive.entryCount > largestArchiveEntries) {
    throw new DocumentError(path, `holds ${archive.entryCount} entries, more than ${largestArchiveEntries}`);
  }
  for (let entry = await nextEntry(path, archive); entry !== undefined; entry = await nextEntry(path, archive))
    if (!entry.fileName.endsWith('/')) yield entryOf(path, archive, entry);
}

type ZipFile = import('yauzl').ZipFile;
type Entry = import('yauzl').Entry;

function nextEntry(path: string, archive: ZipFile): Promise<Entry | undefined> {
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

function entryOf(path: string, archive: ZipFile, entry: Entry): ArchiveEntry {
  const { fileName: name, uncompressedSize: sizeBytes } = entry;
  const source = `${path}!${name.replace(/[\p{Cc}\p{Cf}]/gu, '?')}`; // may be shown on a terminal
  const read = async (enough: number): Promise<Buffer> => {
    try {
      return await unpack(archive, entry, enough);
    } catch (error) {
      throw new DocumentError(source, error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
  return {
    name,
    source,
    sizeBytes,
    readStart: read,
    read: (largestBytes) => {
      if (sizeBytes <= largestBytes) return read(Infinity);
      return Promise.reject(new DocumentError(source, `unpacks to ${sizeBytes} bytes, more than ${largestBytes}`));
    },
  };
}

async function unpack(archive: ZipFile, entry: Entry, enough: number): Promise<Buffer> {
  const stream = await new Promise<import('node:stream').Readable>((resolve, reject) => {
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
