import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentCounts } from '../catalogue/advisory-document.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import type { DocumentFile } from '../sources/list-document-files.ts';
import { readDocuments } from '../sources/read-documents.ts';

/** A revision of a document, and the day (UTC) kbgap first saw it. */
export interface SeenDocument {
  /** `sha256:…` of its bytes: its name among the kept documents. */
  readonly hash: string;
  readonly id: string;
  /** CurrentReleaseDate of the revision. */
  readonly revisedAt: string;
  readonly seenOn: string;
  /** What stood in it; lines of the first version lack it. */
  readonly counts?: DocumentCounts;
}

/** Asked for knowledge of a day on which no document had been seen yet. */
export class NothingKnownError extends Error {
  override readonly name = 'NothingKnownError';
  readonly code = 'nothing-known';
}

/** The documents of a data folder as they were published, every revision, with the day each was first seen. */
export class DocumentHistory {
  private readonly folder: string;

  constructor(documentFolder: string) {
    this.folder = documentFolder;
  }

  /** Every revision ever seen, once, with its earliest day. */
  list(): readonly SeenDocument[] {
    if (!existsSync(this.file)) return [];
    const byHash = new Map<string, SeenDocument>();
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      const seen = line === '' ? undefined : parseSeen(line);
      if (seen === undefined) continue; // the last line of a process that was killed
      const before = byHash.get(seen.hash);
      if (before === undefined || seen.seenOn < before.seenOn) byHash.set(seen.hash, seen);
    }
    return [...byHash.values()];
  }

  /** Notes revisions that were not seen yet, or not so early. */
  note(documents: readonly SeenDocument[]): void {
    const known = new Map(this.list().map(({ hash, seenOn }) => [hash, seenOn]));
    const fresh = documents.filter(({ hash, seenOn }) => seenOn < (known.get(hash) ?? '9999'));
    if (fresh.length === 0) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    appendFileSync(this.file, fresh.map((each) => `${JSON.stringify(each)}\n`).join(''), { mode: 0o600 });
  }

  /**
   * The compiled catalogue of what had been seen up to the end of a day: of each document the newest revision.
   * @throws {NothingKnownError} where nothing had.
   */
  async compileKnownAt(day: string): Promise<Uint8Array> {
    const newest = new Map<string, SeenDocument>();
    for (const seen of this.list()) {
      const before = newest.get(seen.id.toLowerCase());
      if (seen.seenOn <= day && (before === undefined || seen.revisedAt > before.revisedAt))
        newest.set(seen.id.toLowerCase(), seen);
    }
    const files = [...newest.values()].flatMap(({ hash }) => this.findFile(hash) ?? []);
    if (files.length === 0) throw new NothingKnownError(`no document had been seen by ${day}`);
    const { documents, refused } = await readDocuments(files, { documentFolder: null });
    const [bad] = refused;
    if (bad !== undefined) throw new Error(`the kept document ${bad.source} cannot be read: ${bad.reason}`);
    return packCatalogue(compileCatalogue(documents.map(({ document }) => document))).bytes;
  }

  private get file(): string {
    return join(this.folder, 'seen.jsonl');
  }

  /** Where the bytes of a revision are kept. */
  findFile(hash: string): DocumentFile | undefined {
    const name = join(this.folder, hash.replace('sha256:', ''));
    const path = [`${name}.gz`, `${name}.zst`].find((each) => existsSync(each));
    return path === undefined ? undefined : { path, sizeBytes: statSync(path).size };
  }
}

function parseSeen(line: string): SeenDocument | undefined {
  try {
    return JSON.parse(line) as SeenDocument;
  } catch {
    return undefined;
  }
}
