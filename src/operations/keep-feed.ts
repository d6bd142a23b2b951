import type { FeedData } from '../sources/sources.ts';
import { feedSource } from '../sources/sources.ts';
import type { Feed } from '../sources/source.ts';
import { FeedFileError } from './feed-file-error.ts';
import type { FeedFolder, HeldFeed } from './feed-folder.ts';

export interface KeepOptions {
  readonly now: Date;
  /** When it was first seen; `now` unless told. */
  readonly seenAt?: Date;
  /** Takes what is older or much smaller than what is held, too. */
  readonly allowOlder?: boolean;
}

/** What became of one feed; a `reason` says why it was refused. */
export type KeptFeed =
  | { readonly state: 'kept' | 'unchanged'; readonly reason: null; readonly held: HeldFeed }
  | { readonly state: 'refused'; readonly reason: string; readonly held: HeldFeed | undefined };

/** Below this share of the held records a feed has collapsed: a source that is broken removes no knowledge. */
const smallestShare = 0.8;
/** Clocks differ. */
const aheadMs = 48 * 60 * 60 * 1000;

/** Keeps a feed that was read, unless it is older than the held one, has collapsed or is of a day that is to come. */
export function keepFeed<Name extends keyof FeedData>(
  folder: FeedFolder,
  name: Name,
  incoming: Feed<FeedData[Name]>,
  options: KeepOptions,
): KeptFeed {
  const { next, reason, held } = weighFeed(folder, name, incoming, options);
  if (reason !== null) return { state: 'refused', reason, held };
  const put = folder.put(name, next, { ...options, now: options.seenAt ?? options.now });
  const isSame = held !== undefined && put.hash === held.hash && put.date === held.date;
  return { state: isSame ? 'unchanged' : 'kept', reason: null, held: put };
}

/** What a feed would be replaced by, and why it must not be. */
export interface WeighedFeed<Data> {
  /** What came, or what is held with it added. */
  readonly next: Feed<Data>;
  readonly reason: string | null;
  readonly held: HeldFeed | undefined;
}

export function weighFeed<Name extends keyof FeedData>(
  folder: FeedFolder,
  name: Name,
  incoming: Feed<FeedData[Name]>,
  { now, allowOlder }: KeepOptions,
): WeighedFeed<FeedData[Name]> {
  const source = feedSource(name);
  const head = folder.findReadable(name);
  const held = loadReadable(folder, name);
  const isHeld = held !== undefined && head !== undefined;
  const next = isHeld ? source.combine(held, incoming) : incoming;
  const isFuture = (date: string): boolean => Date.parse(date) > now.getTime() + aheadMs;
  let reason: string | null = null;
  if (isFuture(incoming.date)) reason = `it is dated ${incoming.date}, which is to come: no later one could replace it`;
  else if (isHeld && allowOlder !== true && !isFuture(held.date))
    reason = whyNot(held.date, next.date, head.count, source.count(next.data));
  return { next, reason, held: isHeld ? head : undefined };
}

/** A damaged file holds nothing that the next one could be compared with. */
function loadReadable<Name extends keyof FeedData>(folder: FeedFolder, name: Name): Feed<FeedData[Name]> | undefined {
  try {
    return folder.load(name);
  } catch (error) {
    if (error instanceof FeedFileError) return undefined;
    throw error;
  }
}

function whyNot(heldDate: string, date: string, heldCount: number, count: number): string | null {
  // A day and an instant of that day say the same of each other.
  const length = Math.min(heldDate.length, date.length);
  if (date.slice(0, length) < heldDate.slice(0, length)) return `it is of ${date}, the held one of ${heldDate} stays`;
  if (count < heldCount * smallestShare)
    return `it has ${count} records where the held one has ${heldCount}, which stays`;
  return null;
}
