import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hash as hashOf } from 'node:crypto';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import type { DocumentFile } from '../sources/list-document-files.ts';
import type { Validators } from '../sources/http/fetch-bytes.ts';
import { writeFileDurably } from './write-file-durably.ts';

/** What the last answer about a document was. */
export interface FetchedDocument extends Validators {
  readonly id: string;
  readonly url: string;
  /** `sha256:…` of the bytes. */
  readonly hash: string;
  /** What the list said when it was fetched; `null` where the list lacked it. */
  readonly listedAt: string | null;
  /** Its own date once it was read and found to speak for this id; `null` before, and where it was not believed. */
  readonly revisedAt: string | null;
}

/**
 * Documents as they came from a publisher: kept by hash at once, so that an interrupted sync goes on where it was, until
 * they are taken into the catalogue or set in quarantine. What was said about each (`fetched.jsonl`) stays.
 */
export class FetchedDocuments {
  private readonly folder: string;
  private readonly known = new Map<string, FetchedDocument>();

  constructor(catalogueFolder: string) {
    this.folder = join(catalogueFolder, 'fetched');
    for (const line of existsSync(this.file) ? readFileSync(this.file, 'utf8').split('\n') : []) {
      const fetched = line === '' ? undefined : parse(line);
      if (fetched !== undefined) this.known.set(fetched.id.toLowerCase(), fetched);
    }
  }

  find(id: string): FetchedDocument | undefined {
    return this.known.get(id.toLowerCase());
  }

  /** The bytes that still wait to be taken in. */
  waitingFile({ hash }: FetchedDocument): DocumentFile | undefined {
    const path = this.pathOf(hash);
    const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size;
    return sizeBytes === undefined ? undefined : { path, sizeBytes };
  }

  /** Keeps an answer; after this returns a killed process has lost nothing of it. */
  keep(answer: Omit<FetchedDocument, 'hash' | 'revisedAt'>, bytes: Uint8Array): FetchedDocument {
    const fetched = { ...answer, hash: `sha256:${hashOf('sha256', bytes)}`, revisedAt: null };
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
    writeFileDurably(this.pathOf(fetched.hash), packed);
    this.note(fetched);
    return fetched;
  }

  note(fetched: FetchedDocument): void {
    this.known.set(fetched.id.toLowerCase(), fetched);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    appendFileSync(this.file, `${JSON.stringify(fetched)}\n`, { mode: 0o600 });
  }

  /** Every document is where it belongs: nothing waits any more, and one line a document is enough. */
  settle(): void {
    const waiting = existsSync(this.folder) ? readdirSync(this.folder) : [];
    for (const name of waiting.filter((each) => join(this.folder, each) !== this.file)) {
      rmSync(join(this.folder, name), { force: true });
    }
    const lines = [...this.known.values()].map((each) => `${JSON.stringify(each)}\n`).sort();
    if (lines.length > 0) writeFileDurably(this.file, Buffer.from(lines.join('')));
  }

  private pathOf(hash: string): string {
    return join(this.folder, `${hash.replace('sha256:', '')}.zst`);
  }

  private get file(): string {
    return join(this.folder, 'fetched.jsonl');
  }
}

/** `undefined` for the last line of a process that was killed. */
function parse(line: string): FetchedDocument | undefined {
  try {
    return JSON.parse(line) as FetchedDocument;
  } catch {
    return undefined;
  }
}
