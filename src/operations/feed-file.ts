import { hash as hashOf } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { feedSources } from '../sources/sources.ts';
import type { Feed, FeedSource } from '../sources/source.ts';
import type { HeldFeed } from './feed-folder.ts';

/** What the file of a kept feed begins with. */
const feedMagic = Buffer.from('KBGAPFED');
const largestFeedHead = 1024 * 1024;
const largestContentBytes = 256 * 1024 * 1024;

/**
 * `KBGAPFED`, the length of the head (4 bytes, little-endian), the head as JSON with the hash of itself as `check` (files of the
 * first version lack it), then the content as one zstd frame.
 */
export function formatFeedFile(head: HeldFeed, content: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify({ ...head, check: checkOf(head) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const packed = zstdCompressSync(content, {
    params: { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  return Buffer.concat([feedMagic, length, text, packed]);
}

/** A kept feed, read whole. */
export interface KeptFeedFile {
  readonly head: HeldFeed;
  /** `undefined` for a feed that this kbgap does not know. */
  readonly known: { readonly source: FeedSource; readonly feed: Feed<unknown> } | undefined;
}

/**
 * Reads the file of a kept feed and checks all of it: that its content is the one that its head names, and is of the feed.
 * @throws {Error} saying what is wrong.
 */
export function readKeptFeed(bytes: Uint8Array, name: string): KeptFeedFile {
  const { head, contentStart } = readKeptFeedHead(bytes, name);
  const content = zstdDecompressSync(bytes.subarray(contentStart), { maxOutputLength: largestContentBytes });
  const found = `sha256:${hashOf('sha256', content)}`;
  if (found !== head.hash) throw new Error(`expected content of ${head.hash}, got ${found}`);
  const source = feedSources.find((each) => each.name === name);
  if (source === undefined) return { head, known: undefined };
  const data = source.unpack(content);
  const count = source.count(data);
  if (count !== head.count) throw new Error(`expected ${head.count} records, got ${count}`);
  return { head, known: { source, feed: { date: head.date, version: head.version, data, setAside: [] } } };
}

/** The head alone, out of a file's first bytes. @throws {Error} */
export function readKeptFeedHead(
  start: Uint8Array,
  name: string,
): { readonly head: HeldFeed; readonly contentStart: number } {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.length);
  const textStart = feedMagic.length + 4;
  const length = bytes.length < textStart ? Infinity : bytes.readUInt32LE(feedMagic.length);
  if (!feedMagic.equals(bytes.subarray(0, feedMagic.length)) || length > largestFeedHead)
    throw new Error('it does not begin with KBGAPFED and a head');
  const contentStart = textStart + length;
  const { check, ...head } = JSON.parse(bytes.toString('utf8', textStart, contentStart)) as StoredHead;
  const isFirstVersion = check === undefined && Object.keys(head).every((key) => firstKeys.has(key));
  if (!isFirstVersion && check !== checkOf(head)) throw new Error('its head was changed');
  if (head.feed !== name) throw new Error(`it holds ${String(head.feed)}`);
  if (!isDate(head.date) || !isDate(head.firstSeenAt)) throw new Error('it does not say of when it is');
  return { head, contentStart };
}

/** Of heads without a check. */
const firstKeys: ReadonlySet<string> = new Set([
  'feed',
  'date',
  'version',
  'count',
  'firstSeenAt',
  'hash',
  'validators',
]);

type StoredHead = HeldFeed & { readonly check?: string };

function checkOf(head: HeldFeed): string {
  return hashOf('sha256', JSON.stringify(head));
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value));
}
