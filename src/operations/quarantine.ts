import { hash as hashOf } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
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
    return this.records().documents;
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

  wasDropped(hash: string): boolean {
    return this.records().dropped.includes(hash);
  }

  /** The bytes of a document; `undefined` where they are not kept here whole. */
  read(hash: string): Uint8Array | undefined {
    const file = this.fileOf(hash);
    if (!existsSync(file)) return undefined;
    try {
      const bytes = zstdDecompressSync(readFileSync(file));
      return `sha256:${hashOf('sha256', bytes)}` === hash ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  /** Takes a document in, in place of another of its id. `packed` are its bytes as zstd; without them those that are held stay. */
  add(document: QuarantinedDocument, packed: Uint8Array | undefined): void {
    const { documents, dropped } = this.records();
    const replaced = this.find(document.id);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (packed !== undefined) writeFileDurably(this.fileOf(document.hash), packed);
    this.write({ documents: [...documents.filter((each) => each !== replaced), document], dropped });
    if (replaced !== undefined) this.forget(replaced);
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
    const { documents, dropped } = this.records();
    const found = this.find(id);
    if (found === undefined) return undefined;
    this.write({
      documents: documents.filter((each) => each !== found),
      dropped: remember ? [...dropped, found.hash] : dropped,
    });
    this.forget(found);
    return found;
  }

  /** Removes the bytes that no record names any more. */
  private forget({ hash }: QuarantinedDocument): void {
    if (!this.list().some((each) => each.hash === hash)) rmSync(this.fileOf(hash), { force: true });
  }

  private records(): Records {
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
