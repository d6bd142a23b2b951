import type { HttpOptions } from '../sources/http/fetch-bytes.ts';
import { HostPauses } from '../sources/http/host-pause.ts';
import type { FeedAddress, FeedTemplates } from './feed-addresses.ts';
import type { FeedFolder } from './feed-folder.ts';
import { fetchFeed } from './fetch-feed.ts';
import type { FetchedFeed } from './fetch-feed.ts';
import { inParallel } from './in-parallel.ts';
import { isStillAsked } from './plan-feeds.ts';

/** Where feeds are fetched from, every feed with its addresses; with none it is not fetched. Plain data. */
export interface FeedPublishers {
  readonly feeds: readonly FeedTemplates[];
  readonly http: HttpOptions;
}

const hostsAtOnce = 4;

/** Forgets addresses that the settings no longer name: what is wrong with them is nobody's concern. */
export function forgetOthers(folder: FeedFolder, feeds: readonly FeedTemplates[]): Promise<void> {
  return folder.locked(() => folder.checks.keepOnly((check) => isStillAsked(check, feeds)));
}

/**
 * Asks addresses for their feeds, several at once, those of one feed on one host one after the other; where that does not
 * answer the others are not waited for. What goes wrong is told; what is held stays.
 * @throws The signal's reason on abort.
 */
export async function syncFeeds(
  folder: FeedFolder,
  addresses: readonly FeedAddress[],
  options: { readonly http: HttpOptions; readonly now: () => Date },
): Promise<readonly FetchedFeed[]> {
  const byHost = Map.groupBy(addresses, ({ feed, url }) => `${feed} ${new URL(url).origin}`);
  const fetched: FetchedFeed[] = [];
  const http = { ...options.http, pauses: new HostPauses() };
  await inParallel([...byHost.values()], hostsAtOnce, async (ofHost) => {
    let silentHost: string | undefined;
    for (const address of ofHost) {
      const one = await fetchFeed(folder, address, { ...options, http, silentHost });
      fetched.push(one);
      if (one.state === 'unreachable') silentHost = one.reason ?? 'its host does not answer';
    }
  });
  return fetched.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ feed, url }: FeedAddress): string {
  return `${feed} ${url}`;
}
