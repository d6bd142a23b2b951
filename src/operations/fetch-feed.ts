import { DocumentError } from '../sources/document-error.ts';
import type { HttpLimits, HttpOptions, Validators } from '../sources/http/fetch-bytes.ts';
import { FetchError } from '../sources/http/fetch-error.ts';
import { isAlwaysWhole } from '../sources/source.ts';
import type { FeedSource } from '../sources/source.ts';
import { feedSource } from '../sources/sources.ts';
import type { FeedAddress } from './feed-addresses.ts';
import { isProblem } from './feed-checks.ts';
import type { FeedCheck, FeedOutcome } from './feed-checks.ts';
import type { FeedFolder, HeldFeed } from './feed-folder.ts';
import { fetchPages } from './fetch-pages.ts';
import { keepFeed } from './keep-feed.ts';

export interface FetchFeedOptions {
  readonly http: HttpOptions;
  readonly now: () => Date;
  readonly allowOlder?: boolean;
  /** Why it is not even asked: its host did not answer a moment ago. */
  readonly silentHost?: string | undefined;
}

/** What became of one address. */
export interface FetchedFeed extends FeedAddress {
  readonly state: FeedOutcome;
  /** Why nothing came of it, naming the address. */
  readonly reason: string | null;
  /** Whether something came, or it went otherwise than the last time: an operator is told once. */
  readonly isNews: boolean;
  /** Of the feed that is held now; `null` where none is. */
  readonly date: string | null;
  readonly records: number | null;
}

/**
 * For feeds: no verdict needs them, so nobody waits long. Who does not answer is not asked again, and a longer wait that a
 * publisher asks for is left to the next check.
 */
export function feedLimits(requestTimeoutMs: number): Partial<HttpLimits> {
  return {
    attempts: 2,
    firstWaitMs: 500,
    longestWaitMs: 5000,
    requestTimeoutMs,
    answerTimeoutMs: Math.min(10_000, requestTimeoutMs),
    retryUnanswered: false,
  };
}

/**
 * Fetches one address of a feed into the data folder, conditionally where what it sent last is still held, and notes how it
 * answered. What goes wrong is told in the answer; what is held stays.
 * @throws The signal's reason on abort.
 */
export async function fetchFeed(
  folder: FeedFolder,
  address: FeedAddress,
  options: FetchFeedOptions,
): Promise<FetchedFeed> {
  const before = folder.checks.find(address);
  const { signal } = options.http;
  const { silentHost } = options;
  let answer: Answer =
    silentHost === undefined
      ? await answerOf(signal, () => ask(folder, address, { ...options, before }))
      : { state: 'unreachable', reason: silentHost };
  const check = checkOf(address, answer, { before, held: folder.findReadable(address.feed), now: options.now() });
  // A vulnerability of which nothing is known there is not asked for again and again; of one that is to be asked later, that is known.
  const isNoted = address.cve === undefined || check.succeededAt !== null || check.notBefore !== null;
  if (isNoted || before !== undefined)
    answer = await answerOf(signal, () => folder.locked(() => (noteCheck(folder, check, isNoted), answer)));
  return fetchedFeed(address, answer, { before, held: folder.findReadable(address.feed) });
}

function noteCheck({ checks }: FeedFolder, check: FeedCheck, isNoted: boolean): void {
  if (isNoted) checks.note(check);
  else checks.keepOnly(({ feed, url }) => feed !== check.feed || url !== check.url);
}

interface Answer {
  readonly state: FeedOutcome;
  readonly reason: string | null;
  readonly validators?: Validators;
  readonly retryAfterMs?: number | undefined;
}

/** Whatever goes wrong with a feed costs that feed: it must not end what else is done. */
async function answerOf(signal: AbortSignal | undefined, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof DocumentError) return { state: 'refused', reason };
    if (!(error instanceof FetchError)) return { state: 'failed', reason };
    const { isAnswered, retryAfterMs } = error;
    return { state: isAnswered ? 'failed' : 'unreachable', reason, retryAfterMs };
  }
}

async function ask(
  folder: FeedFolder,
  { feed: name, url }: FeedAddress,
  options: FetchFeedOptions & { readonly before: FeedCheck | undefined },
): Promise<Answer> {
  const source: FeedSource = feedSource(name);
  const known = knownOf(folder.findReadable(name), options.before, source);
  const fetched = await fetchPages(source, { url, known }, options.http);
  if (fetched === undefined) return { state: 'not-modified', reason: null };
  const how = { now: options.now(), allowOlder: options.allowOlder === true };
  const { state, reason } = await folder.locked(() => keepFeed(folder, name, fetched.feed as never, how));
  return { state, reason: reason === null ? null : `${url}: ${reason}`, validators: fetched.validators };
}

/** Of what the address sent last, where that is still part of what is held. */
function knownOf(
  held: HeldFeed | undefined,
  before: FeedCheck | undefined,
  source: FeedSource,
): Validators | undefined {
  if (held === undefined || before === undefined) return undefined;
  return isAlwaysWhole(source) && held.hash !== before.heldHash ? undefined : before;
}

interface Surroundings {
  readonly before: FeedCheck | undefined;
  readonly held: HeldFeed | undefined;
}

function checkOf(
  { feed, url, cve }: FeedAddress,
  answer: Answer,
  { before, held, now }: Surroundings & { readonly now: Date },
): FeedCheck {
  const checkedAt = now.toISOString();
  const { etag = null, lastModified = null } = (hasCome(answer) ? answer.validators : before) ?? {};
  return {
    feed,
    url,
    ...(cve === undefined ? {} : { cve }),
    checkedAt,
    state: answer.state,
    reason: answer.reason,
    succeededAt: isProblem(answer) ? (before?.succeededAt ?? null) : checkedAt,
    notBefore: answer.retryAfterMs === undefined ? null : laterBy(now, answer.retryAfterMs),
    etag,
    lastModified,
    heldHash: (hasCome(answer) ? held?.hash : before?.heldHash) ?? null,
  };
}

/** What a publisher sent and was believed: from then on it is asked whether that still stands. */
function hasCome({ state }: Answer): boolean {
  return state === 'kept' || state === 'unchanged';
}

/** A day at most: nobody's slip makes a feed wait for ever. */
function laterBy(now: Date, milliseconds: number): string {
  return new Date(now.getTime() + Math.min(milliseconds, 24 * 60 * 60 * 1000)).toISOString();
}

function fetchedFeed(address: FeedAddress, { state, reason }: Answer, { before, held }: Surroundings): FetchedFeed {
  const wasProblem = before !== undefined && isProblem(before);
  const isNews = state === 'kept' || isProblem({ state }) !== wasProblem;
  return { ...address, state, reason, isNews, date: held?.date ?? null, records: held?.count ?? null };
}
