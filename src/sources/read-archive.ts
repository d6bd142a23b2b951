import { entryLabel } from './archives/entry-label.ts';
import { zipEntries } from './archives/zip-entries.ts';
import type { ZipEntry } from './archives/zip-entries.ts';
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

/** The files in a zip, in its order. @throws {DocumentError} where it is none, damaged, or has too many. */
export async function* readArchive(path: string, bytes: Buffer): AsyncGenerator<ArchiveEntry> {
  const entries = zipEntries(bytes, { mostEntries: largestArchiveEntries });
  for (;;) {
    let next;
    try {
      next = await entries.next();
    } catch (error) {
      throw new DocumentError(path, messageOf(error), { cause: error });
    }
    if (next.done === true) return;
    yield entryOf(path, next.value);
  }
}

function entryOf(path: string, entry: ZipEntry): ArchiveEntry {
  const { name, sizeBytes } = entry;
  const source = `${path}!${entryLabel(name)}`;
  const read = async (enough?: number): Promise<Buffer> => {
    try {
      return await entry.read(enough);
    } catch (error) {
      throw new DocumentError(source, messageOf(error), { cause: error });
    }
  };
  return {
    name,
    source,
    sizeBytes,
    readStart: read,
    read: (largestBytes) => {
      if (sizeBytes <= largestBytes) return read();
      return Promise.reject(new DocumentError(source, `unpacks to ${sizeBytes} bytes, more than ${largestBytes}`));
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
