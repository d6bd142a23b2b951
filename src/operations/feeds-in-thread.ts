import type { HttpOptions } from '../sources/http/fetch-bytes.ts';
import type { FeedAddress } from './feed-addresses.ts';
import type { FetchedFeed } from './fetch-feed.ts';
import { moduleBeside, runInThread } from './run-in-thread.ts';

export interface FeedOrder {
  readonly dataFolder: string;
  readonly addresses: readonly FeedAddress[];
  readonly http: HttpOptions;
}

/** `syncFeeds` on a thread of its own. `order.http` must be plain data. @throws {ThreadFailedError} */
export function syncFeedsInThread(order: FeedOrder, signal: AbortSignal): Promise<readonly FetchedFeed[]> {
  return runInThread(moduleBeside(import.meta.url, 'feeds-worker'), order, signal);
}
