import type { FeedData } from '../sources/sources.ts';
import { feedSource } from '../sources/sources.ts';
import type { Feed } from '../sources/source.ts';
import { FeedFileError } from './feed-file-error.ts';
import type { FeedFolder, HeldFeed } from './feed-folder.ts';

export interface KeepOptions {
  readonly now: Date;
  /** Takes what is older or much smaller than what is held, too. */
  readonly allowOlder?: boolean;
}

/** What became of one feed. */
export interface KeptFeed {
  readonly state: 'kept' | 'unchanged' | 'refused';
  /** Why it was refused. */
  readonly reason: string | null;
  readonly held: HeldFeed;
}

/** Below this share of the held records a feed has collapsed: a source that is broken removes no knowledge. */
const smallestShare = 0.8;

/** Keeps a feed that was read, unless it is older than the held one or has collapsed. */
export function keepFeed<Name extends keyof FeedData>(
  folder: FeedFolder,
  name: Name,
  incoming: Feed<FeedData[Name]>,
  options: KeepOptions,
): KeptFeed {
  const source = feedSource(name);
  const held = loadReadable(folder, name);
  const head = folder.findReadable(name);
  if (held === undefined || head === undefined)
    return { state: 'kept', reason: null, held: folder.put(name, incoming, options) };
  const next = source.combine(held, incoming);
  const reason = options.allowOlder === true ? null : whyNot(held.date, next.date, head.count, source.count(next.data));
  if (reason !== null) return { state: 'refused', reason, held: head };
  const put = folder.put(name, next, options);
  return { state: put.hash === head.hash && put.date === head.date ? 'unchanged' : 'kept', reason: null, held: put };
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
