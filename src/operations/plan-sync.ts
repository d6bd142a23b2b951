import type { ReleaseDocument } from '../catalogue/catalogue.ts';
import type { Validators } from '../sources/http/fetch-bytes.ts';
import type { ListedDocument } from '../sources/msrc-cvrf/fetch.ts';
import { pastPatchTuesdays } from '../terms/patch-tuesday.ts';
import type { ReleaseId } from '../terms/release-id.ts';
import type { FetchedDocument } from './fetched-documents.ts';

/** Months that are asked for by name where the list lacks them. */
const askedByNameMonths = 24;

/** What a sync asks a publisher for. */
export interface SyncPlan {
  readonly wanted: readonly WantedDocument[];
  /** Fetched by a sync that was interrupted, and still what the list says. */
  readonly waiting: readonly ReleaseId[];
  /** Months of which the list says nothing. */
  readonly unlisted: readonly ReleaseId[];
  /** Listed with the date of the revision that is held. */
  readonly unchanged: readonly ReleaseId[];
}

export interface WantedDocument {
  readonly id: ReleaseId;
  /** `null` where the list lacks it. */
  readonly listedAt: string | null;
  /** Of the answer that is held, or waits to be taken in: of no other one does it help that it still stands. */
  readonly known: Validators | undefined;
}

/** What is at hand. */
export interface SyncState {
  readonly now: Date;
  readonly held: readonly ReleaseDocument[];
  /** Whether the bytes of a revision are kept as published: the starter catalogue has facts only. */
  readonly isKept: (hash: string) => boolean;
  readonly fetched: (id: string) => FetchedDocument | undefined;
  /** Whether an answer waits to be taken in: then "not modified" is an answer too. */
  readonly isWaiting: (fetched: FetchedDocument) => boolean;
}

/**
 * Which documents are new or revised against what is held, and which months have to be asked for by name. A date that goes
 * back is asked for too, once: what comes shows whether the list or the document is wrong. Pure.
 */
export function planSync(listed: readonly ListedDocument[], state: SyncState): SyncPlan {
  const held = new Map(state.held.map((document) => [document.id.toLowerCase(), document]));
  const wanted: WantedDocument[] = [];
  const waiting: ReleaseId[] = [];
  const unchanged: ReleaseId[] = [];
  for (const { id, currentReleaseAt } of listed) {
    const need = needOf(currentReleaseAt, held.get(id.toLowerCase()), state.fetched(id), state);
    if (need === 'unchanged') unchanged.push(id);
    else if (need === 'waiting') waiting.push(id);
    else if (need === 'fetch') wanted.push({ id, listedAt: currentReleaseAt, known: knownOf(id, held, state) });
  }
  const names = new Set(listed.map(({ id }) => id.toLowerCase()));
  const unlisted = pastPatchTuesdays(state.now, askedByNameMonths)
    .map(({ releaseId }) => releaseId)
    .filter((id) => !names.has(id.toLowerCase()));
  for (const id of unlisted) wanted.push({ id, listedAt: null, known: knownOf(id, held, state) });
  return { wanted, waiting, unlisted, unchanged };
}

function needOf(
  listedAt: string,
  held: ReleaseDocument | undefined,
  fetched: FetchedDocument | undefined,
  { isKept, isWaiting }: SyncState,
): 'fetch' | 'waiting' | 'unchanged' | 'settled' {
  if (fetched !== undefined && fetched.listedAt === listedAt && isWaiting(fetched)) return 'waiting';
  if (held === undefined || !isKept(held.hash)) return 'fetch';
  if (held.currentReleaseAt === listedAt) return 'unchanged';
  // Asked for when the list said the same, and the document was as new as the list: asking again brings nothing.
  const isSettled = fetched?.listedAt === listedAt && fetched.revisedAt !== null && fetched.revisedAt >= listedAt;
  return isSettled ? 'settled' : 'fetch';
}

/** A server that sent half a document, or another one, under the ETag of the right one would say for ever that it stands. */
function knownOf(id: string, held: ReadonlyMap<string, ReleaseDocument>, state: SyncState): Validators | undefined {
  const fetched = state.fetched(id);
  if (fetched === undefined) return undefined;
  const isHeld = held.get(id.toLowerCase())?.hash === fetched.hash && state.isKept(fetched.hash);
  return isHeld || state.isWaiting(fetched) ? fetched : undefined;
}
