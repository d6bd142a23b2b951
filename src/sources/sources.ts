import { cisaKev } from './cisa-kev/source.ts';
import type { KevData } from './cisa-kev/data.ts';
import { csaf } from './csaf/source.ts';
import type { CsafData } from './csaf/data.ts';
import { epss } from './epss/source.ts';
import type { EpssData } from './epss/data.ts';
import { msrcSug } from './msrc-sug/source.ts';
import type { SugData } from './msrc-sug/data.ts';
import { productLifecycle } from './product-lifecycle/source.ts';
import type { ProductLifecycleData } from './product-lifecycle/data.ts';
import { releaseHistory } from './release-history/source.ts';
import type { ReleaseHistoryData } from './release-history/data.ts';
import type { FeedSource } from './source.ts';

/** What each feed holds. */
export interface FeedData {
  readonly 'cisa-kev': KevData;
  readonly epss: EpssData;
  readonly 'release-history': ReleaseHistoryData;
  readonly 'product-lifecycle': ProductLifecycleData;
  readonly 'msrc-sug': SugData;
  readonly csaf: CsafData;
}

const byName: { readonly [Name in keyof FeedData]: FeedSource<FeedData[Name]> } = {
  'cisa-kev': cisaKev,
  epss,
  'release-history': releaseHistory,
  'product-lifecycle': productLifecycle,
  'msrc-sug': msrcSug,
  csaf,
};

/** Every feed, in the order in which they are shown. */
export const feedSources: readonly FeedSource[] = Object.values(byName);

export function feedSource<Name extends keyof FeedData>(name: Name): FeedSource<FeedData[Name]> {
  return byName[name];
}

/** The feed that a text is of, told by its first 64 KB; `undefined` for what is none. */
export function recogniseFeed(head: string): FeedSource | undefined {
  return feedSources.find((source) => source.recognises(head));
}
