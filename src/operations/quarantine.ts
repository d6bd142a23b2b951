import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import type { DocumentSize, HeldRevision, SuspicionKind } from '../catalogue/suspect-document.ts';
import { writeFileDurably } from './write-file-durably.ts';

/** A document that was not believed: what it is, why, and what stayed in force instead. */
export interface QuarantinedDocument {
  /** The id it was asked for by; of an imported file its own. */
  readonly id: string;
  readonly kind: SuspicionKind;
  readonly reason: string;
  /** `sha256:…` of its bytes, which are kept under it. */
  readonly hash: string;
  /** Of the document itself; `null` where it could not be read. */
  readonly revisedAt: string | null;
  readonly size: DocumentSize | null;
  /** The revision that stays in force; `null` where there is none. */
  readonly held: HeldRevision | null;
  /** Address or path it came from. */
  readonly source: string;
  /** UTC instant. */
  readonly quarantinedAt: string;
}

/** Asked for a document that is not in quarantine. */
class NotQuarantinedError extends Error {
  override readonly name = 'NotQuarantinedError';
  readonly code = 'not-quarantined';
}

interface Records {
  readonly documents: readonly QuarantinedDocument[];
  /** Hashes that an operator discarded: the same bytes are passed over in silence. */
  readonly dropped: readonly string[];
}

const nothing: Records = { documents: [], dropped: [] };

/** The documents of a data folder that were not believed, one for each id, until a good one comes or somebody decides. */
export class Quarantine {
  private readonly folder: string;
  private last: { readonly modified: number; readonly records: Records } | undefined;

  constructor(catalogueFolder: string) {
    this.folder = join(catalogueFolder, 'quarantine');
  }

  /** Sorted by id. Read anew where another process changed it. */
  list(): readonly QuarantinedDocument[] {
    return this.read().documents;
  }

  /** @throws {NotQuarantinedError} */
  get(id: string): QuarantinedDocument {
    const found = this.find(id);
    if (found === undefined) throw new NotQuarantinedError(`expected the id of a document in quarantine, got "${id}"`);
    return found;
  }

  find(id: string): QuarantinedDocument | undefined {
    return this.list().find((each) => isSameId(each.id, id));
  }

  /** Where the bytes of a document are kept. */
  fileOf(hash: string): string {
    return join(this.folder, `${hash.replace('sha256:', '')}.zst`);
  }

  /** Whether these bytes are in quarantine, or were discarded. */
  knows(hash: string): boolean {
    return this.wasDropped(hash) || this.list().some((each) => each.hash === hash);
  }

  wasDropped(hash: string): boolean {
    return this.read().dropped.includes(hash);
  }

  /** Whether it is news: `false` for bytes that are known here, as quarantined or as discarded. */
  add(document: QuarantinedDocument, bytes: Uint8Array): boolean {
    const { documents, dropped } = this.read();
    if (dropped.includes(document.hash) || this.find(document.id)?.hash === document.hash) return false;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
    writeFileDurably(this.fileOf(document.hash), packed);
    const others = documents.filter(({ id }) => !isSameId(id, document.id));
    this.write({ documents: [...others, document], dropped });
    return true;
  }

  /** A good revision came, or an operator accepted it. Whether there was one to resolve. */
  resolve(id: string): boolean {
    return this.remove(id, false) !== undefined;
  }

  /** Discards it for good. @throws {NotQuarantinedError} */
  drop(id: string): QuarantinedDocument {
    return this.remove(id, true) ?? this.get(id);
  }

  private remove(id: string, remember: boolean): QuarantinedDocument | undefined {
    const { documents, dropped } = this.read();
    const found = this.find(id);
    if (found === undefined) return undefined;
    this.write({
      documents: documents.filter((each) => each !== found),
      dropped: remember ? [...dropped, found.hash] : dropped,
    });
    if (!this.list().some(({ hash }) => hash === found.hash)) rmSync(this.fileOf(found.hash), { force: true });
    return found;
  }

  private read(): Records {
    const modified = statSync(this.file, { throwIfNoEntry: false })?.mtimeMs;
    if (modified === undefined) return nothing;
    if (this.last?.modified !== modified) {
      this.last = { modified, records: JSON.parse(readFileSync(this.file, 'utf8')) as Records };
    }
    return this.last.records;
  }

  private write({ documents, dropped }: Records): void {
    const sorted = [...documents].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (!existsSync(this.folder)) mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileDurably(this.file, Buffer.from(`${JSON.stringify({ documents: sorted, dropped }, null, 2)}\n`));
    this.last = undefined;
  }

  private get file(): string {
    return join(this.folder, 'records.json');
  }
}

function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
