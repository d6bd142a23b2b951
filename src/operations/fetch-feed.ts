import { DocumentError } from '../sources/document-error.ts';
import { feedSource } from '../sources/sources.ts';
import type { FeedData } from '../sources/sources.ts';
import type { Feed } from '../sources/source.ts';
import { largestFeedBytes, unpackFeed } from '../sources/unpack-feed.ts';
import type { FeedFolder, FeedValidator, HeldFeed } from './feed-folder.ts';
import { keepFeed } from './keep-feed.ts';

/** What `fetch` is to this: retries, proxies and time limits are the caller's. */
export type FetchFunction = (url: string, options: RequestInit) => Promise<Response>;

export interface FetchFeedOptions {
  readonly fetch: FetchFunction;
  readonly now: Date;
  /** Instead of the feed's public addresses; `{cve}`, `{CVE}` and `{year}` stand for the vulnerability's id and year. */
  readonly urls?: readonly string[];
  /** For feeds that are asked one vulnerability at a time: `CVE-2025-29795`. */
  readonly cve?: string;
  readonly allowOlder?: boolean;
  readonly signal?: AbortSignal;
}

/** What became of one address. */
export interface FetchedFeed {
  readonly feed: HeldFeed['feed'];
  readonly url: string;
  /** `not-modified`: the publisher says so. `unchanged`: it sent what is held. `refused`: older, collapsed, or no such feed. `failed`: no answer. */
  readonly state: 'kept' | 'unchanged' | 'not-modified' | 'refused' | 'failed';
  readonly reason: string | null;
}

/**
 * Fetches one feed into the data folder, conditionally where it is held. What goes wrong with one address is told in its
 * answer; what is held stays.
 * @throws The signal's reason on abort.
 */
export async function fetchFeed(
  folder: FeedFolder,
  name: keyof FeedData,
  options: FetchFeedOptions,
): Promise<readonly FetchedFeed[]> {
  const fetched: FetchedFeed[] = [];
  for (const template of options.urls ?? feedSource(name).urls) {
    options.signal?.throwIfAborted();
    const url = fill(template, options.cve);
    const outcome: Omit<FetchedFeed, 'feed' | 'url'> =
      url === undefined
        ? { state: 'failed', reason: 'the feed is asked for one CVE at a time, and none was named' }
        : await fetchOne(folder, name, url, options);
    fetched.push({ feed: name, url: url ?? template, ...outcome });
  }
  return fetched;
}

type Outcome = Omit<FetchedFeed, 'feed' | 'url'>;

async function fetchOne(
  folder: FeedFolder,
  name: keyof FeedData,
  url: string,
  options: FetchFeedOptions,
): Promise<Outcome> {
  const source = feedSource(name);
  const validator = folder.findReadable(name)?.validators[url];
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await options.fetch(url, {
      headers: conditions(validator),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (response.status === 304) return { state: 'not-modified', reason: null };
    if (!response.ok) return { state: 'failed', reason: `expected 200 from ${url}, got ${response.status}` };
    bytes = await readBounded(url, response);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { state: 'failed', reason: error instanceof Error ? messageOf(error) : String(error) };
  }
  try {
    const feed = await source.read(url, unpackFeed(url, bytes));
    const kept = keepFeed(folder, name, feed as Feed<FeedData[typeof name]> as never, {
      now: options.now,
      allowOlder: options.allowOlder === true,
      validators: { [url]: validatorOf(response) },
    });
    return { state: kept.state, reason: kept.reason };
  } catch (error) {
    if (error instanceof DocumentError) return { state: 'refused', reason: error.message };
    throw error;
  }
}

function fill(template: string, cve: string | undefined): string | undefined {
  if (!/\{(?:cve|CVE|year)\}/.test(template)) return template;
  if (cve === undefined) return undefined;
  const year = /^CVE-(\d{4})-/i.exec(cve)?.[1] ?? '';
  return template
    .replaceAll('{cve}', cve.toLowerCase())
    .replaceAll('{CVE}', cve.toUpperCase())
    .replaceAll('{year}', year);
}

function conditions(validator: FeedValidator | undefined): Record<string, string> {
  return {
    ...(validator?.etag === undefined ? {} : { 'if-none-match': validator.etag }),
    ...(validator?.lastModified === undefined ? {} : { 'if-modified-since': validator.lastModified }),
  };
}

function validatorOf({ headers }: Response): FeedValidator {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) };
}

/** @throws {Error} where more comes than the largest feed has, whatever the head promised. */
async function readBounded(url: string, response: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > largestFeedBytes) throw new Error(`${url}: expected at most ${largestFeedBytes} bytes, got more`);
    pieces.push(piece as Uint8Array);
  }
  return Buffer.concat(pieces);
}

/** Node says only "fetch failed"; the cause tells why. */
function messageOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
