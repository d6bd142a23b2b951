import { prepareNetwork } from '../sources/http/prepare-network.ts';
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
