import { fetchBytes } from '../http/fetch-bytes.ts';
import type { Fetched, HttpOptions, Validators } from '../http/fetch-bytes.ts';
import { FetchError } from '../http/fetch-error.ts';
import { tryParseInstant } from '../publisher-date.ts';
import { tryParseReleaseId } from '../../terms/release-id.ts';
import type { ReleaseId } from '../../terms/release-id.ts';

/** The list has some 50 KB, the largest document 11 MB. */
const largestListBytes = 16 * 1024 * 1024;
const largestDocumentBytes = 128 * 1024 * 1024;

/** A document as the publisher's list names it. */
export interface ListedDocument {
  readonly id: ReleaseId;
  /** UTC instant, as documents of ours have them: `2026-07-05T14:46:17Z`. */
  readonly currentReleaseAt: string;
}

/** The list, sorted by id. */
export interface DocumentList {
  readonly documents: readonly ListedDocument[];
  /** Entries that were left out, having no id or no date: the beginning of each, as it came. */
  readonly unreadable: readonly string[];
}

/** Where MSRC's documents are asked for: `https://api.msrc.microsoft.com/cvrf/v3.0`, or a mirror's. */
export interface Publisher {
  readonly baseUrl: string;
  readonly http: HttpOptions;
}

/**
 * `GET {base}/updates`: every document with the date of its revision. An entry that is none is left out and named; of two
 * entries of one document the later date stands. An answer that is no list is asked for again.
 * @throws {FetchError} where no list can be had.
 */
export async function fetchDocumentList({ baseUrl, http }: Publisher): Promise<DocumentList> {
  const url = `${trimmed(baseUrl)}/updates`;
  let list: DocumentList | undefined;
  const check = (bytes: Uint8Array): void => void (list = readList(url, bytes));
  await fetchBytes({ url, expected: 'the list of documents', largestBytes: largestListBytes, check }, http);
  return list ?? unreadableList(url, 'no body');
}

/** The address of one document. */
export function documentUrl(baseUrl: string, id: ReleaseId): string {
  return `${trimmed(baseUrl)}/cvrf/${encodeURIComponent(id)}`;
}

/** `GET {base}/cvrf/{id}`, as JSON, or else XML. @throws {FetchError} */
export function fetchDocument(
  { baseUrl, http }: Publisher,
  id: ReleaseId,
  known: Validators | undefined,
): Promise<Fetched> {
  const url = documentUrl(baseUrl, id);
  return fetchBytes({ url, known, expected: `the document ${id}`, largestBytes: largestDocumentBytes }, http);
}

function readList(url: string, bytes: Uint8Array): DocumentList {
  const rows = rowsOf(url, bytes);
  const documents = new Map<string, ListedDocument>();
  const unreadable: string[] = [];
  for (const row of rows) {
    const listed = readRow(row);
    if (listed === undefined) unreadable.push((JSON.stringify(row) ?? '').slice(0, 100));
    else keepLater(documents, listed);
  }
  if (documents.size === 0) unreadableList(url, `a list without any (${rows.length} entries)`);
  return { documents: [...documents.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), unreadable };
}

/** MSRC has spelled `2018-FEB` and `2018-Feb`. */
function keepLater(documents: Map<string, ListedDocument>, listed: ListedDocument): void {
  const key = listed.id.toLowerCase();
  const before = documents.get(key);
  if (before === undefined || before.currentReleaseAt < listed.currentReleaseAt) documents.set(key, listed);
}

function rowsOf(url: string, bytes: Uint8Array): readonly unknown[] {
  let root: unknown;
  try {
    root = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return unreadableList(url, error instanceof Error ? error.message : String(error));
  }
  const rows = typeof root === 'object' && root !== null && 'value' in root ? root.value : undefined;
  if (!Array.isArray(rows)) return unreadableList(url, 'JSON without a list "value"');
  return rows as readonly unknown[];
}

function readRow(row: unknown): ListedDocument | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { ID: id, CurrentReleaseDate: date } = row as Readonly<Record<string, unknown>>;
  const releaseId = typeof id === 'string' ? tryParseReleaseId(id) : undefined;
  if (releaseId === undefined || typeof date !== 'string') return undefined;
  const currentReleaseAt = tryParseInstant(date);
  return currentReleaseAt === undefined ? undefined : { id: releaseId, currentReleaseAt };
}

/** A list that is cut, or a page of something else, may be whole the next time. */
function unreadableList(url: string, came: string): never {
  const reason = `expected the list of documents ({ "value": [{ "ID", "CurrentReleaseDate" }] }), got ${came}`;
  throw new FetchError(url, { failure: 'unreadable', reason, isTransient: true });
}

function trimmed(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '');
}
