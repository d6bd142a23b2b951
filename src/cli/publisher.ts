import { prepareNetwork } from '../sources/http/prepare-network.ts';
import { feedLimits } from '../operations/fetch-feed.ts';
import type { FeedPublishers } from '../operations/sync-feeds.ts';
import { feedSources } from '../sources/sources.ts';
import type { FeedName } from '../sources/source.ts';
import type { Publisher } from '../sources/msrc-cvrf/fetch.ts';
import { checkProxies } from './config.ts';
import type { Config } from './config.ts';

const userAgent = 'kbgap/0.1.0';

/**
 * The publisher that the settings name. Plain data: it can be handed to another thread.
 * @throws {ConfigError} where it could not be asked: a proxy that is none.
 */
export function publisherOf({ msrcUrl, msrcTimeoutSeconds }: Config): Publisher {
  checkProxies();
  return { baseUrl: msrcUrl, http: { userAgent, limits: { requestTimeoutMs: msrcTimeoutSeconds * 1000 } } };
}

/** The same, for requests of this thread. */
export function preparedPublisher(config: Config): Publisher {
  const publisher = publisherOf(config);
  prepareNetwork();
  return publisher;
}

const ownAddresses = {
  'cisa-kev': 'kevUrl',
  epss: 'epssUrl',
  'release-history': 'releaseHistoryUrl',
  'product-lifecycle': 'lifecycleUrl',
  'msrc-sug': 'sugUrl',
  csaf: 'csafUrl',
} as const satisfies Record<FeedName, keyof Config>;

/** Where `catalog refresh` asks about one vulnerability, and a sync for feeds. Plain data. @throws {ConfigError} as above. */
export function feedPublishersOf(config: Config): FeedPublishers {
  checkProxies();
  const feeds = feedSources.map(({ name, urls }) => ({ feed: name, urls: config[ownAddresses[name]] ?? urls }));
  return { feeds, http: { userAgent, limits: feedLimits(config.feedTimeoutSeconds * 1000) } };
}

/**
 * The feeds that a sync fetches: those with an address of the operator's, and the others from their public addresses, but not
 * past a mirror (docs/decisions/0031), unless told.
 */
export function syncedFeedsOf(config: Config): FeedPublishers {
  const { feeds, http } = feedPublishersOf(config);
  const fromPublic = config.syncFeeds === 'yes' || (config.syncFeeds === 'auto' && isMsrc(config.msrcUrl));
  const isFetched = (feed: FeedName): boolean =>
    config.syncFeeds !== 'no' && (fromPublic || config[ownAddresses[feed]] !== undefined);
  return { feeds: feeds.map(({ feed, urls }) => ({ feed, urls: isFetched(feed) ? urls : [] })), http };
}

function isMsrc(url: string): boolean {
  return new URL(url).hostname === 'api.msrc.microsoft.com';
}
