import type { SetAsideRecord } from '../catalogue/advisory-document.ts';

/** Feeds that are joined to the catalogue: none decides whether an update is missing. */
export type FeedName = 'cisa-kev' | 'epss' | 'release-history' | 'product-lifecycle' | 'msrc-sug' | 'csaf';

/** What a feed said at one time. */
export interface Feed<Data> {
  /** When the publisher dates it: a UTC day `2026-06-30` or an instant `2026-06-30T14:00:00Z`; as texts they sort by time. */
  readonly date: string;
  /** The publisher's own name of this state: KEV's catalogVersion, the model of EPSS. */
  readonly version: string | null;
  readonly data: Data;
  /** Records that could not be used: each costs itself alone. */
  readonly setAside: readonly SetAsideRecord[];
}

/** One feed: where it is published, how it is told by content, read, and kept. */
export interface FeedSource<Data = unknown> {
  readonly name: FeedName;
  /** For people: `CISA Known Exploited Vulnerabilities`. */
  readonly title: string;
  /** Where it is published; fetched from there unless a setting names other addresses. Empty: only files are taken. */
  readonly urls: readonly string[];
  /** How often its publisher has something new, at most: asked more often it says the same. */
  readonly checkEveryHours: number;
  /** By the first 64 KB of its text, whatever the file is called. */
  recognises(head: string): boolean;
  /**
   * Unpacked bytes into our words. `source` names them in errors. Pure: no clock, no network. A promise, so that a reader loads
   * the parser it needs when it needs it.
   * @throws {DocumentError} where it is not this feed's format, is cut, or has no date.
   */
  read(source: string, bytes: Uint8Array): Promise<Feed<Data>>;
  /** Of a feed that answers in pages: how an answer goes on. @throws {DocumentError} where it is not this feed's format. */
  pageOf?(source: string, bytes: Uint8Array): FeedPage;
  /** What is held after `incoming` came: it replaces the held state, or is added to it where a file is one part of many. */
  combine(held: Feed<Data>, incoming: Feed<Data>): Feed<Data>;
  /** How many records: a feed that collapses is refused. */
  count(data: Data): number;
  /** The compact form in which the data folder keeps it (before compression); the same data give the same bytes. */
  pack(data: Data): Uint8Array;
  /** @throws {Error} where the bytes are not what `pack` gave. */
  unpack(bytes: Uint8Array): Data;
}

export interface FeedPage {
  /** The address of the next page, as the publisher gives it (it may be relative); `undefined` on the last. */
  readonly next: string | undefined;
  readonly rows: number;
}

/** For feeds whose file is always the whole. */
export function replaceWhole<Data>(_held: Feed<Data>, incoming: Feed<Data>): Feed<Data> {
  return incoming;
}

/** Whether what is held of a feed came from one file: else files add up. */
export function isAlwaysWhole({ combine }: Pick<FeedSource, 'combine'>): boolean {
  return combine === replaceWhole;
}

/** `pack` and `unpack` of feeds that are kept as JSON. */
export function packJson(data: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(data));
}

export function unpackJson<Data>(bytes: Uint8Array): Data {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as Data;
}
