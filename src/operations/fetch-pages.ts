import { DocumentError } from '../sources/document-error.ts';
import { fetchBytes } from '../sources/http/fetch-bytes.ts';
import type { HttpOptions, Validators } from '../sources/http/fetch-bytes.ts';
import type { Feed, FeedSource } from '../sources/source.ts';
import { largestFeedBytes, unpackFeed } from '../sources/unpack-feed.ts';

/** 500 rows each: more than a month of MSRC's SUG API. */
const mostPages = 100;
const largestPages = 256 * 1024 * 1024;

/** All that an address has. */
interface FetchedPages {
  readonly feed: Feed<unknown>;
  readonly validators: Validators;
}

interface PageRequest {
  readonly url: string;
  readonly known: Validators | undefined;
}

/**
 * Fetches an address and the pages that follow it, all or nothing; `undefined` where what is known still stands. Pages are
 * of the same host, none comes twice, and there are at most 100.
 * @throws {FetchError} {@link DocumentError}
 */
export async function fetchPages(
  source: FeedSource,
  request: PageRequest,
  http: HttpOptions,
): Promise<FetchedPages | undefined> {
  const { url } = request;
  const answer = await fetchOne(source, request, http);
  if (answer.kind !== 'body') return undefined;
  let bytes = unpackFeed(url, answer.bytes);
  let feed = await source.read(url, bytes);
  const read = new Set([withoutHash(url)]);
  let size = bytes.length;
  for (let next = nextOf(source, url, bytes); next !== undefined; next = nextOf(source, next, bytes)) {
    refuseEndless(url, next, { read, size });
    read.add(next);
    const page = await fetchOne(source, { url: next, known: undefined }, http);
    if (page.kind !== 'body') break; // not without something known
    bytes = unpackFeed(next, page.bytes);
    size += bytes.length;
    // The last page may be empty.
    if (source.pageOf?.(next, bytes).rows !== 0) feed = source.combine(feed, await source.read(next, bytes));
  }
  // Of several pages the first may stay as it is while others change.
  return { feed, validators: read.size > 1 ? { etag: null, lastModified: null } : answer.validators };
}

function fetchOne(source: FeedSource, { url, known }: PageRequest, http: HttpOptions): ReturnType<typeof fetchBytes> {
  return fetchBytes({ url, known, expected: source.title, largestBytes: largestFeedBytes, anyType: true }, http);
}

function nextOf(source: FeedSource, url: string, bytes: Uint8Array): string | undefined {
  const next = source.pageOf?.(url, bytes).next;
  if (next === undefined) return undefined;
  if (!URL.canParse(next, url)) throw new DocumentError(url, `expected the address of a next page, got "${next}"`);
  return withoutHash(new URL(next, url).href);
}

/** @throws {DocumentError} where following goes elsewhere, round in a ring, or on and on. */
function refuseEndless(
  first: string,
  next: string,
  { read, size }: { readonly read: ReadonlySet<string>; readonly size: number },
): void {
  if (new URL(next).origin !== new URL(first).origin)
    throw new DocumentError(first, `expected pages of the same host, got ${next} as the next one`);
  if (read.has(next)) throw new DocumentError(first, `expected another page, got ${next} again as the next one`);
  if (read.size >= mostPages) throw new DocumentError(first, `expected at most ${mostPages} pages, got more`);
  if (size > largestPages) throw new DocumentError(first, `expected pages of at most ${largestPages} bytes, got more`);
}

function withoutHash(url: string): string {
  const address = new URL(url);
  address.hash = '';
  return address.href;
}
