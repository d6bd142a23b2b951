import type { ReleaseDocument } from '../catalogue/catalogue.ts';
import { FetchError } from '../sources/http/fetch-error.ts';
import { HostPauses } from '../sources/http/host-pause.ts';
import { documentUrl, fetchDocument, fetchDocumentList } from '../sources/msrc-cvrf/fetch.ts';
import type { Publisher } from '../sources/msrc-cvrf/fetch.ts';
import { readDocuments } from '../sources/read-documents.ts';
import { admitDocuments } from './admit-documents.ts';
import type { Admission, Arrivals } from './admit-documents.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory } from './document-history.ts';
import { FetchedDocuments } from './fetched-documents.ts';
import type { FetchedDocument } from './fetched-documents.ts';
import { FolderLock } from './folder-lock.ts';
import { inParallel } from './in-parallel.ts';
import { planSync } from './plan-sync.ts';
import type { SyncPlan, WantedDocument } from './plan-sync.ts';
import { repairCatalogue } from './repair-catalogue.ts';
import type { CatalogueRepair } from './repair-catalogue.ts';
import { Quarantine } from './quarantine.ts';
import { notePause, pausedUntilMs } from './publisher-pause.ts';
import { noteSyncStatus, readSyncStatus } from './sync-status.ts';
import type { SyncStatus } from './sync-status.ts';
import type { QuarantinedDocument } from './quarantine.ts';

const requestsAtOnce = 4;

/** What a sync did. */
export interface CatalogueSync {
  readonly previousCatalogueId: string | null;
  /** Of the catalogue now in force; `null` where the starter catalogue still serves. */
  readonly catalogueId: string | null;
  /** Requests sent, repeated ones too. */
  readonly requests: number;
  readonly listed: number;
  /** Entries of the list that name no document with its date, as they came; they were left out. */
  readonly listSetAside: readonly string[];
  /** Taken into the catalogue, new or in place of an older revision. */
  readonly updated: readonly UpdatedDocument[];
  /** Months that the list lacks; they were asked for by name. */
  readonly unlisted: readonly string[];
  /** Documents that could not be fetched; the held ones stay. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
  /** Documents of which an older revision was served than the list has; they are asked for again with the next sync. */
  readonly behind: readonly BehindDocument[];
  /** All that are in quarantine now, by this sync or earlier; the held ones stay. */
  readonly quarantined: readonly QuarantinedDocument[];
  /** Of these, the ids of which that is news. */
  readonly newlyQuarantined: readonly string[];
  /** Ids for which the publisher sent again what an operator discarded. */
  readonly discarded: readonly string[];
  /** Ids that were in quarantine and are good again. */
  readonly resolved: readonly string[];
  readonly documentsHeld: number;
  /** Where the catalogue was damaged: what was made in its place before the sync. */
  readonly repaired: CatalogueRepair | null;
}

export interface UpdatedDocument {
  readonly id: string;
  readonly hash: string;
  /** UTC instants; `null` for a document that was not held. */
  readonly revisedAt: string;
  readonly replaced: string | null;
}

/** UTC instants. */
export interface BehindDocument {
  readonly id: string;
  readonly listedAt: string;
  readonly servedAt: string;
}

export interface SyncOptions {
  readonly publisher: Publisher;
  readonly now: () => Date;
  /** Asks a publisher that wanted to be left alone until later, as an earlier sync noted. */
  readonly atOnce?: boolean;
  /** `fetching` 3 of 12, then `reading` 3 of 12, then `building`. */
  readonly onProgress?: (step: SyncStep, done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** For reading documents; as many as there are processors unless told. */
  readonly threads?: number;
}

export type SyncStep = 'listing' | 'fetching' | 'reading' | 'building';

/**
 * Brings the data folder's catalogue up to what the publisher has: reads its list, fetches what is new or revised, keeps
 * each document at once, then builds and swaps in a new catalogue. What must not be believed is quarantined; what fails is
 * named; neither costs what is held. The first sync replaces the starter catalogue, but for documents that did not come in.
 * Who asked to be left alone, in this sync or an earlier one, is asked when that is over.
 * @throws {FetchError} without a list, or where that is longer than a sync waits. {@link FolderBusyError} where another sync is under way.
 */
export async function syncCatalogue(folder: CatalogueFolder, options: SyncOptions): Promise<CatalogueSync> {
  const lock = await FolderLock.acquire(folder.path, 'sync', { waitMs: 0, doing: 'syncing the catalogue' });
  const startedAt = options.now().toISOString();
  const { baseUrl } = options.publisher;
  const pauses = new HostPauses();
  const note = (outcome: SyncStatus['outcome'], message: string | null): void => {
    const now = options.now();
    const pause = notePause(baseUrl, pauses.of(baseUrl).untilMs, now);
    noteSyncStatus(folder.path, { startedAt, finishedAt: now.toISOString(), outcome, message, ...pause });
  };
  const untilMs = pausedUntilMs(readSyncStatus(folder.path), baseUrl, options.now());
  if (untilMs !== undefined && options.atOnce !== true) pauses.of(baseUrl).ask(untilMs);
  try {
    const result = await syncLocked(folder, { ...options, publisher: withPauses(options.publisher, pauses) });
    const [first] = result.failed;
    const [behind] = result.behind;
    if (first !== undefined) note('incomplete', first.reason);
    else note('ok', behind === undefined ? null : behindText(behind));
    return result;
  } catch (error) {
    note('failed', error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    lock.release();
  }
}

async function syncLocked(folder: CatalogueFolder, options: SyncOptions): Promise<CatalogueSync> {
  const { publisher, count } = counted(options);
  const repaired = await repairCatalogue(folder, { mayForget: true });
  options.onProgress?.('listing', 0, 1);
  const list = await fetchDocumentList(publisher);
  const previousCatalogueId = folder.currentId() ?? null;
  const before = previousCatalogueId === null ? [] : folder.loadCurrent().catalogue.documents;
  const fetched = new FetchedDocuments(folder.path);
  const quarantine = new Quarantine(folder.path);
  const history = new DocumentHistory(folder.documentFolder);
  const plan = planSync(list.documents, {
    now: options.now(),
    held: before,
    isKept: (hash) => history.findFile(hash) !== undefined,
    fetched: (id) => fetched.find(id),
    isWaiting: (each) => fetched.waitingFile(each) !== undefined,
  });
  const failed = await fetchWanted(plan, fetched, { ...options, publisher });
  const arrivals = await readWaiting(folder, plan, fetched, options);
  options.onProgress?.('building', 0, 1);
  const admission = await admitDocuments(folder, arrivals, {
    now: options.now(),
    standIns: failed.map(({ id }) => id),
    signal: options.signal,
  });
  noteOutcome(fetched, admission);
  const resolved = [...admission.resolved, ...resolveReturned(quarantine, plan)].sort();
  return {
    previousCatalogueId,
    catalogueId: admission.catalogueId ?? null,
    requests: count(),
    listed: list.documents.length,
    listSetAside: list.unreadable,
    updated: updatedDocuments(admission, before),
    unlisted: plan.unlisted,
    failed,
    behind: behindTheList(plan, fetched, new Set([...failed, ...quarantine.list()].map(({ id }) => id.toLowerCase()))),
    quarantined: quarantine.list(),
    newlyQuarantined: admission.suspects.filter(({ isNews }) => isNews).map(({ document }) => document.id),
    discarded: [...admission.discarded].sort(),
    resolved,
    documentsHeld: admission.documentsHeld,
    repaired,
  };
}

/** One sentence without a full stop. */
export function behindText({ id, listedAt, servedAt }: BehindDocument): string {
  return `${id}: the list has a revision of ${listedAt}, but the one of ${servedAt} was served`;
}

function withPauses(publisher: Publisher, pauses: HostPauses): Publisher {
  return { ...publisher, http: { ...publisher.http, pauses } };
}

function counted({ publisher, signal }: SyncOptions): { readonly publisher: Publisher; readonly count: () => number } {
  let requests = 0;
  const { onRequest } = publisher.http;
  const http = {
    ...publisher.http,
    ...(signal === undefined ? {} : { signal }),
    onRequest: (url: string) => {
      requests += 1;
      onRequest?.(url);
    },
  };
  return { publisher: { ...publisher, http }, count: () => requests };
}

/** Fetches and keeps; a document that cannot be had costs itself. */
async function fetchWanted(
  { wanted }: SyncPlan,
  fetched: FetchedDocuments,
  { publisher, onProgress, signal }: SyncOptions,
): Promise<CatalogueSync['failed']> {
  const failed: { id: string; reason: string }[] = [];
  let done = 0;
  await inParallel(wanted, requestsAtOnce, async (document) => {
    signal?.throwIfAborted();
    try {
      await fetchOne(document, fetched, publisher);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      // Nobody knows whether a month that is not listed was published at all; who asked to be left alone is told once.
      if (document.listedAt !== null || (error.failure !== 'gone' && error.failure !== 'held-back'))
        failed.push({ id: document.id, reason: error.message });
    }
    onProgress?.('fetching', ++done, wanted.length);
  });
  return failed.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function fetchOne(
  { id, listedAt, known }: WantedDocument,
  fetched: FetchedDocuments,
  publisher: Publisher,
): Promise<void> {
  const answer = await fetchDocument(publisher, id, known);
  if (answer.kind === 'body') {
    fetched.keep({ id, url: documentUrl(publisher.baseUrl, id), listedAt, ...answer.validators }, answer.bytes);
    return;
  }
  const before = fetched.find(id);
  if (before !== undefined && before.listedAt !== listedAt) fetched.note({ ...before, listedAt });
}

async function readWaiting(
  folder: CatalogueFolder,
  { wanted, waiting }: SyncPlan,
  fetched: FetchedDocuments,
  { onProgress, signal, threads }: SyncOptions,
): Promise<Arrivals> {
  const answers = [...wanted.map(({ id }) => id), ...waiting].flatMap((id) => fetched.find(id) ?? []);
  // Two ids may have been answered with the same bytes.
  const byPath = Map.groupBy(answers, (answer) => fetched.waitingFile(answer)?.path);
  const files = [...byPath.values()].flatMap(([answer]) =>
    answer === undefined ? [] : (fetched.waitingFile(answer) ?? []),
  );
  if (files.length === 0) return { candidates: [] };
  const read = await readDocuments(files, {
    documentFolder: folder.documentFolder,
    threads,
    here: true,
    onFile: (done, total) => onProgress?.('reading', done, total),
    ...(signal === undefined ? {} : { signal }),
  });
  const answerOf = (path: string): readonly FetchedDocument[] => byPath.get(path) ?? [];
  return {
    candidates: read.documents.flatMap((each) =>
      answerOf(each.source).map(({ id, url }) => ({ read: each, askedId: id, source: url })),
    ),
    unreadable: read.refused.flatMap(({ source, reason }) =>
      answerOf(source).map(({ id, url, hash }) => ({ askedId: id, source: url, reason, hash, path: source })),
    ),
  };
}

/** A document that spoke for its id need not be asked for again until the list says something else. */
function noteOutcome(fetched: FetchedDocuments, { admitted, suspects }: Admission): void {
  const spoke = [
    ...admitted.map(({ askedId, read: { document } }) => [askedId, document.currentReleaseAt] as const),
    ...suspects
      .filter(({ document }) => document.kind === 'older')
      .map(({ document }) => [document.id, document.revisedAt] as const),
  ];
  for (const [id, revisedAt] of spoke) {
    const answer = fetched.find(id);
    if (answer !== undefined) fetched.note({ ...answer, revisedAt });
  }
  fetched.settle();
}

/** A cache between may be at the revision of before, while the list has the next one already. */
function behindTheList(
  { wanted }: SyncPlan,
  fetched: FetchedDocuments,
  told: ReadonlySet<string>,
): CatalogueSync['behind'] {
  const behind = wanted.flatMap(({ id, listedAt }) => {
    const servedAt = fetched.find(id)?.revisedAt ?? null;
    const isBehind = listedAt !== null && servedAt !== null && servedAt < listedAt;
    return isBehind && !told.has(id.toLowerCase()) ? [{ id, listedAt, servedAt }] : [];
  });
  return behind.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The list is back at the revision that is held: what was quarantined meanwhile is of no use to anybody. */
function resolveReturned(quarantine: Quarantine, { unchanged }: SyncPlan): readonly string[] {
  return unchanged.filter((id) => quarantine.resolve(id));
}

function updatedDocuments({ admitted }: Admission, before: readonly ReleaseDocument[]): readonly UpdatedDocument[] {
  const held = new Map(before.map((document) => [document.id.toLowerCase(), document]));
  const updated = admitted.flatMap(({ read: { document } }) => {
    const old = held.get(document.id.toLowerCase());
    if (old?.hash === document.hash) return [];
    return [
      {
        id: document.id,
        hash: document.hash,
        revisedAt: document.currentReleaseAt,
        replaced: old?.currentReleaseAt ?? null,
      },
    ];
  });
  return updated.sort((a, b) => (a.id < b.id ? -1 : 1));
}
