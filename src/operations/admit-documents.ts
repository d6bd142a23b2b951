import { rmSync } from 'node:fs';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import type { CompiledCatalogue } from '../catalogue/catalogue-format.ts';
import { replaceDocuments } from '../catalogue/replace-documents.ts';
import { findHeldRevision, findSuspicion, sizeOf } from '../catalogue/suspect-document.ts';
import type { HeldRevision, Suspicion } from '../catalogue/suspect-document.ts';
import { readDocumentFile } from '../sources/read-document-file.ts';
import type { ReadDocument } from '../sources/read-documents.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory } from './document-history.ts';
import { FolderLock } from './folder-lock.ts';
import { Quarantine } from './quarantine.ts';
import type { QuarantinedDocument } from './quarantine.ts';

/** How long one build waits for another to end; a full one takes seconds. */
const buildWaitMs = 120_000;
/** zstd's. A level of 5 takes twice the time for 2 % less. */
const packLevel = 1;

/** A document that was read and may come into the catalogue. At most one for each id. */
export interface Candidate {
  readonly read: ReadDocument;
  /** The id it was asked for by; for a file its own. */
  readonly askedId: string;
  /** Address or path, for people. */
  readonly source: string;
}

/** An answer that is no document. */
export interface UnreadableDocument {
  readonly askedId: string;
  readonly source: string;
  readonly reason: string;
  readonly hash: string;
  /** Where its bytes are. */
  readonly path: string;
}

/** What came in. */
export interface Arrivals {
  readonly candidates: readonly Candidate[];
  readonly unreadable?: readonly UnreadableDocument[];
}

export interface AdmissionOptions {
  readonly now: Date;
  /** Day (UTC) on which the documents were first seen; that of `now` unless told. */
  readonly seenOn?: string | undefined;
  /** An older revision is kept for questions about then, and is no reason for distrust. */
  readonly keepOlder?: boolean;
  /** Takes everything in, whatever speaks against it. */
  readonly trust?: boolean;
  /**
   * Where the folder has no catalogue of its own and others come in: ids whose documents the starter catalogue lends,
   * beside those that go into quarantine. Without it none are lent.
   */
  readonly standIns?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** A document that is not believed now; `isNews` where these bytes were not known yet. */
export interface Suspect {
  readonly document: QuarantinedDocument;
  readonly isNews: boolean;
}

/** What became of the candidates. */
export interface Admission {
  /** Of the catalogue now in force; `undefined` where the folder has none of its own. */
  readonly catalogueId: string | undefined;
  readonly admitted: readonly Candidate[];
  readonly suspects: readonly Suspect[];
  /** Ids whose quarantine a good revision ended. */
  readonly resolved: readonly string[];
  readonly documentsHeld: number;
}

/**
 * Takes documents into the data folder's catalogue, each in place of the held one of its id; what must not be believed goes
 * into quarantine and the held one stays. The new catalogue is built beside the old one and swapped in at the very end.
 * @throws {FolderBusyError} where another process builds for minutes.
 */
export async function admitDocuments(
  folder: CatalogueFolder,
  arrivals: Arrivals,
  options: AdmissionOptions,
): Promise<Admission> {
  if (arrivals.candidates.length === 0 && (arrivals.unreadable ?? []).length === 0) return unchanged(folder);
  const lock = await FolderLock.acquire(folder.path, 'build', { waitMs: buildWaitMs, doing: 'building a catalogue' });
  try {
    return await admitLocked(folder, arrivals, options);
  } finally {
    lock.release();
  }
}

function unchanged(folder: CatalogueFolder): Admission {
  const catalogueId = folder.currentId();
  const documentsHeld = catalogueId === undefined ? 0 : folder.loadCurrent().catalogue.documents.length;
  return { catalogueId, admitted: [], suspects: [], resolved: [], documentsHeld };
}

async function admitLocked(folder: CatalogueFolder, arrivals: Arrivals, options: AdmissionOptions): Promise<Admission> {
  const held = folder.currentId() === undefined ? undefined : folder.loadCurrent().catalogue.compiled;
  const { admitted, suspects } = await judgeAll(folder, arrivals, held, options);
  noteSeen(folder, admitted, options);
  const dates = new Map(held?.head.documents.map(({ id, currentReleaseAt }) => [keyOf(id), currentReleaseAt]));
  const chosen = admitted.filter(
    ({ read: { document } }) =>
      options.keepOlder !== true || document.currentReleaseAt >= (dates.get(keyOf(document.id)) ?? ''),
  );
  options.signal?.throwIfAborted();
  const hashes = new Set(held?.head.documents.map(({ hash }) => hash));
  const changes = chosen.filter(({ read }) => !hashes.has(read.document.hash)).map(({ read }) => read.compiled);
  let documentsHeld = held?.head.documents.length ?? 0;
  if (changes.length > 0) {
    const compiled =
      held === undefined ? compileFirst(folder, changes, suspects, options) : replaceDocuments(held, changes);
    const packed = packCatalogue(compiled, packLevel);
    folder.swapIn(packed.id, packed.bytes);
    documentsHeld = compiled.head.documents.length;
  }
  const quarantine = new Quarantine(folder.path);
  const resolved = chosen.map(({ askedId }) => askedId).filter((id) => quarantine.resolve(id));
  return { catalogueId: folder.currentId(), admitted, suspects, resolved, documentsHeld };
}

/** For what could not be had, or not be believed: rather the starter catalogue's facts than none. */
function compileFirst(
  folder: CatalogueFolder,
  documents: readonly CompiledCatalogue[],
  suspects: readonly Suspect[],
  { standIns }: AdmissionOptions,
): CompiledCatalogue {
  const wanted = new Set([...(standIns ?? []), ...suspects.map(({ document }) => document.id)].map(keyOf));
  const starter = standIns === undefined || wanted.size === 0 ? undefined : folder.loadCurrent().catalogue.compiled;
  return replaceDocuments(starter, documents, (id) => wanted.has(keyOf(id)));
}

function noteSeen(folder: CatalogueFolder, admitted: readonly Candidate[], { now, seenOn }: AdmissionOptions): void {
  const day = seenOn ?? now.toISOString().slice(0, 10);
  const seen = admitted.map(({ read: { document } }) => {
    const { hash, id, currentReleaseAt, counts } = document;
    return { hash, id, revisedAt: currentReleaseAt, seenOn: day, counts };
  });
  new DocumentHistory(folder.documentFolder).note(seen);
}

async function judgeAll(
  folder: CatalogueFolder,
  { candidates, unreadable = [] }: Arrivals,
  held: CompiledCatalogue | undefined,
  options: AdmissionOptions,
): Promise<Pick<Admission, 'admitted' | 'suspects'>> {
  const quarantine = new Quarantine(folder.path);
  const quarantinedAt = options.now.toISOString();
  const revisionOf = (id: string): HeldRevision | null =>
    held === undefined ? null : (findHeldRevision(held, id) ?? null);
  const admitted: Candidate[] = [];
  const suspects: Suspect[] = [];
  for (const candidate of candidates) {
    const { askedId, source, read } = candidate;
    const revision = revisionOf(askedId);
    const suspicion = judge(candidate, revision, options);
    if (suspicion === undefined) admitted.push(candidate);
    else {
      const { hash, currentReleaseAt } = read.document;
      const about = { id: askedId, ...suspicion, hash, revisedAt: currentReleaseAt, size: sizeOf(read.document) };
      const document = { ...about, held: revision, source, quarantinedAt };
      suspects.push({ document, isNews: await setApart(folder, quarantine, document) });
    }
  }
  for (const { askedId, source, reason, hash, path } of unreadable) {
    const about = { id: askedId, kind: 'unreadable' as const, reason, hash, revisedAt: null, size: null };
    const document = { ...about, held: revisionOf(askedId), source, quarantinedAt };
    suspects.push({ document, isNews: quarantine.add(document, await bytesOf(path)) });
  }
  // An operator has decided about these.
  return { admitted, suspects: suspects.filter(({ document }) => !quarantine.wasDropped(document.hash)) };
}

function judge(
  { askedId, read: { document } }: Candidate,
  held: HeldRevision | null,
  { now, keepOlder, trust }: AdmissionOptions,
): Suspicion | undefined {
  if (trust === true) return undefined;
  const isOfThen = keepOlder === true && held !== null && document.currentReleaseAt < held.currentReleaseAt;
  return findSuspicion(document, { askedId, held: isOfThen ? undefined : (held ?? undefined), now });
}

/** Moves the bytes from the kept documents, where reading puts them, unless they are there for another reason. */
async function setApart(
  folder: CatalogueFolder,
  quarantine: Quarantine,
  document: QuarantinedDocument,
): Promise<boolean> {
  const history = new DocumentHistory(folder.documentFolder);
  const path = history.findFile(document.hash)?.path;
  const isNews = quarantine.add(document, path === undefined ? new Uint8Array() : await bytesOf(path));
  if (path !== undefined && !history.list().some(({ hash }) => hash === document.hash)) rmSync(path, { force: true });
  return isNews;
}

/** What a kept file holds, unpacked. */
async function bytesOf(path: string): Promise<Uint8Array> {
  for await (const found of readDocumentFile(path)) if (!(found instanceof Error)) return found.bytes;
  return new Uint8Array();
}

/** MSRC has spelled `2018-FEB` and `2018-Feb`. */
function keyOf(id: string): string {
  return id.toLowerCase();
}
