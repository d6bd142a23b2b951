import { packCatalogue } from '../catalogue/catalogue-format.ts';
import type { CompiledCatalogue } from '../catalogue/catalogue-format.ts';
import { replaceDocuments } from '../catalogue/replace-documents.ts';
import { findHeldRevision, findSuspicion, sizeOf } from '../catalogue/suspect-document.ts';
import type { HeldRevision, Suspicion } from '../catalogue/suspect-document.ts';
import type { ReadDocument } from '../sources/read-documents.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { commitChange, finishChange } from './commit-change.ts';
import type { SeenDocument } from './document-history.ts';
import { FolderLock } from './folder-lock.ts';
import { Quarantine } from './quarantine.ts';
import type { QuarantinedDocument } from './quarantine.ts';
import { keepAdmitted, setApart } from './set-apart.ts';
import type { Distrusted } from './set-apart.ts';

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
  /** Ids that were answered with bytes that an operator discarded before. */
  readonly discarded: readonly string[];
  /** Ids whose quarantine a good revision ended. */
  readonly resolved: readonly string[];
  readonly documentsHeld: number;
}

/**
 * Takes documents into the data folder's catalogue, each in place of the held one of its id; what must not be believed goes
 * into quarantine and the held one stays. The new catalogue is built beside the old one and swapped in with all that belongs to
 * it: until then nothing has changed.
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
  return { catalogueId, admitted: [], suspects: [], discarded: [], resolved: [], documentsHeld };
}

async function admitLocked(folder: CatalogueFolder, arrivals: Arrivals, options: AdmissionOptions): Promise<Admission> {
  finishChange(folder);
  const held = folder.currentId() === undefined ? undefined : folder.loadCurrent().catalogue.compiled;
  const { admitted, distrusted } = judgeAll(arrivals, held, options);
  const dates = new Map(held?.head.documents.map(({ id, currentReleaseAt }) => [keyOf(id), currentReleaseAt]));
  const chosen = admitted.filter(
    ({ read: { document } }) =>
      options.keepOlder !== true || document.currentReleaseAt >= (dates.get(keyOf(document.id)) ?? ''),
  );
  const hashes = new Set(held?.head.documents.map(({ hash }) => hash));
  const changes = chosen.filter(({ read }) => !hashes.has(read.document.hash)).map(({ read }) => read.compiled);
  const lent = lentIds(distrusted, options);
  const compiled = compile(folder, { held, changes, lent });
  for (const { read, source } of admitted) keepAdmitted(folder, read.document.hash, source);
  options.signal?.throwIfAborted();
  const quarantine = new Quarantine(folder.path);
  const resolved = chosen.map(({ askedId }) => askedId).filter((id) => quarantine.find(id) !== undefined);
  const catalogue = compiled === undefined ? undefined : packCatalogue(compiled, packLevel);
  commitChange(folder, { catalogue, seen: admitted.map((each) => seenDocument(each, options)), resolved, feeds: [] });
  const withStarter = distrusted.map((each) => withRevisionInForce(each, folder));
  const news = setApart(folder, withStarter);
  const documents = withStarter.map(({ document }) => document);
  const discarded = documents.filter(({ hash }) => quarantine.wasDropped(hash));
  return {
    catalogueId: folder.currentId(),
    admitted,
    suspects: documents
      .filter((document) => !discarded.includes(document))
      .map((document) => ({ document, isNews: news.has(document) })),
    discarded: discarded.map(({ id }) => id),
    resolved,
    documentsHeld: (compiled ?? held)?.head.documents.length ?? 0,
  };
}

/** `undefined` where nothing changes. */
function compile(
  folder: CatalogueFolder,
  {
    held,
    changes,
    lent,
  }: {
    readonly held: CompiledCatalogue | undefined;
    readonly changes: readonly CompiledCatalogue[];
    readonly lent: ReadonlySet<string>;
  },
): CompiledCatalogue | undefined {
  if (changes.length === 0) return undefined;
  if (held !== undefined) return replaceDocuments(held, changes);
  const starter = lent.size === 0 ? undefined : folder.loadCurrent().catalogue.compiled;
  return replaceDocuments(starter, changes, (id) => lent.has(keyOf(id)));
}

/** Of what could not be had, or not be believed: rather the starter catalogue's facts than none. */
function lentIds(distrusted: readonly Distrusted[], { standIns }: AdmissionOptions): ReadonlySet<string> {
  if (standIns === undefined) return new Set();
  return new Set([...standIns, ...distrusted.map(({ document }) => document.id)].map(keyOf));
}

function seenDocument({ read: { document } }: Candidate, { now, seenOn }: AdmissionOptions): SeenDocument {
  const { hash, id, currentReleaseAt: revisedAt, counts } = document;
  const instant = now.toISOString();
  const seen = seenOn === undefined ? { seenOn: instant.slice(0, 10), seenAt: instant } : { seenOn };
  return { hash, id, revisedAt, ...seen, counts };
}

/** Where the folder had no catalogue of its own, what stays in force may be the starter catalogue's. */
function withRevisionInForce(distrusted: Distrusted, folder: CatalogueFolder): Distrusted {
  if (distrusted.document.held !== null) return distrusted;
  const { compiled } = folder.loadCurrent().catalogue;
  const held = findHeldRevision(compiled, distrusted.document.id) ?? null;
  return { ...distrusted, document: { ...distrusted.document, held } };
}

function judgeAll(
  { candidates, unreadable = [] }: Arrivals,
  held: CompiledCatalogue | undefined,
  options: AdmissionOptions,
): { readonly admitted: readonly Candidate[]; readonly distrusted: readonly Distrusted[] } {
  const quarantinedAt = options.now.toISOString();
  const revisionOf = (id: string): HeldRevision | null =>
    held === undefined ? null : (findHeldRevision(held, id) ?? null);
  const admitted: Candidate[] = [];
  const distrusted: Distrusted[] = [];
  for (const candidate of candidates) {
    const { askedId, source, read } = candidate;
    const revision = revisionOf(askedId);
    const suspicion = judge(candidate, revision, options);
    if (suspicion === undefined) admitted.push(candidate);
    else {
      const { hash, currentReleaseAt } = read.document;
      const about = { id: askedId, ...suspicion, hash, revisedAt: currentReleaseAt, size: sizeOf(read.document) };
      distrusted.push({ document: { ...about, held: revision, source, quarantinedAt } });
    }
  }
  for (const { askedId, source, reason, hash, path } of unreadable) {
    const about = { id: askedId, kind: 'unreadable' as const, reason, hash, revisedAt: null, size: null };
    distrusted.push({ document: { ...about, held: revisionOf(askedId), source, quarantinedAt }, path });
  }
  return { admitted, distrusted };
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

/** MSRC has spelled `2018-FEB` and `2018-Feb`. */
function keyOf(id: string): string {
  return id.toLowerCase();
}
