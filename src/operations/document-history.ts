import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AdvisoryDocument, DocumentCounts } from '../catalogue/advisory-document.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import type { DocumentFile } from '../sources/list-document-files.ts';
import { readDocuments } from '../sources/read-documents.ts';
import { readPendingChange } from './pending-change.ts';
import { writeFileDurably } from './write-file-durably.ts';

/** A revision of a document, and when kbgap first saw it. */
export interface SeenDocument {
  /** `sha256:…` of its bytes: its name among the kept documents. */
  readonly hash: string;
  readonly id: string;
  /** CurrentReleaseDate of the revision. */
  readonly revisedAt: string;
  /** UTC day. */
  readonly seenOn: string;
  /** UTC instant, `2026-07-05T12:00:00.000Z`; absent where only the day is known. */
  readonly seenAt?: string;
  /** What stood in it; lines of the first version lack it. */
  readonly counts?: DocumentCounts;
}

/** Asked for knowledge of a time at which no document had been seen yet. */
export class NothingKnownError extends Error {
  override readonly name = 'NothingKnownError';
  readonly code = 'nothing-known';
}

/** The documents of a data folder as they were published, every revision, with the time each was first seen. */
export class DocumentHistory {
  private readonly folder: string;

  constructor(documentFolder: string) {
    this.folder = documentFolder;
  }

  /** Every revision ever seen, once, with its earliest time. */
  list(): readonly SeenDocument[] {
    return earliestOfEach([...this.noted(), ...(readPendingChange(dirname(this.folder))?.seen ?? [])]);
  }

  /** Notes revisions that were not seen yet, or not so early: all of them, or where the process is killed none. */
  note(documents: readonly SeenDocument[]): void {
    const before = this.noted();
    const after = earliestOfEach([...before, ...documents]);
    if (after.length === before.length && after.every((seen, index) => seen === before[index])) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileDurably(this.file, Buffer.from(after.map((each) => `${JSON.stringify(each)}\n`).join('')));
  }

  /** Of each document the newest revision that had been seen by a time: the end of a day, or an instant. */
  newestKnownAt(time: string): readonly SeenDocument[] {
    const newest = new Map<string, SeenDocument>();
    for (const seen of this.list()) {
      const before = newest.get(seen.id.toLowerCase());
      if (isSeenBy(seen, time) && (before === undefined || seen.revisedAt > before.revisedAt))
        newest.set(seen.id.toLowerCase(), seen);
    }
    return [...newest.values()];
  }

  /** These revisions, read anew. @throws {NothingKnownError} where nothing had been seen. */
  async readKnownAt(time: string): Promise<readonly AdvisoryDocument[]> {
    const files = this.newestKnownAt(time).flatMap(({ hash }) => this.findFile(hash) ?? []);
    if (files.length === 0) throw new NothingKnownError(`no document had been seen by ${time}`);
    const { documents, refused } = await readDocuments(files, { documentFolder: null });
    const [bad] = refused;
    if (bad !== undefined) throw new Error(`the kept document ${bad.source} cannot be read: ${bad.reason}`);
    return documents.map(({ document }) => document);
  }

  /** The compiled catalogue of these. @throws {NothingKnownError} where nothing had been seen. */
  async compileKnownAt(time: string): Promise<Uint8Array> {
    return packCatalogue(compileCatalogue(await this.readKnownAt(time))).bytes;
  }

  /** Where the bytes of a revision are kept. */
  findFile(hash: string): DocumentFile | undefined {
    const name = join(this.folder, hash.replace('sha256:', ''));
    const path = [`${name}.gz`, `${name}.zst`].find((each) => existsSync(each));
    return path === undefined ? undefined : { path, sizeBytes: statSync(path).size };
  }

  private noted(): readonly SeenDocument[] {
    const lines = existsSync(this.file) ? readFileSync(this.file, 'utf8').split('\n') : [];
    return lines.flatMap((line) => (line === '' ? [] : (parseSeen(line) ?? [])));
  }

  private get file(): string {
    return join(this.folder, 'seen.jsonl');
  }
}

/** In the order in which they were noted. */
function earliestOfEach(seen: readonly SeenDocument[]): readonly SeenDocument[] {
  const byHash = new Map<string, SeenDocument>();
  for (const each of seen) {
    const before = byHash.get(each.hash);
    if (before === undefined || isEarlier(each, before)) byHash.set(each.hash, each);
  }
  return [...byHash.values()];
}

/** Of one day, an instant says more than the day alone. */
function isEarlier(a: SeenDocument, b: SeenDocument): boolean {
  return a.seenOn === b.seenOn ? (a.seenAt ?? '~') < (b.seenAt ?? '~') : a.seenOn < b.seenOn;
}

/** By the end of a day, or by an instant: what was seen on a day counts from its beginning. */
function isSeenBy({ seenOn, seenAt = `${seenOn}T00:00:00Z` }: SeenDocument, time: string): boolean {
  return time.length === seenOn.length ? seenOn <= time : Date.parse(seenAt) <= Date.parse(time);
}

function parseSeen(line: string): SeenDocument | undefined {
  try {
    return JSON.parse(line) as SeenDocument;
  } catch {
    return undefined; // the last line of a process that was killed
  }
}
