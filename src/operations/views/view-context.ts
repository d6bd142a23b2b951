import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { OperationContext } from '../context.ts';
import type { Contribution } from '../contribution.ts';
import type { CveRatings } from '../cve-ratings.ts';
import type { HeldFeeds } from '../held-feeds.ts';
import { ExploitedCves } from './exploited-cves.ts';

/** A device that has not reported for so long is stale. */
export const staleAfterDays = 30;
const dayMs = 86_400_000;

export function staleBefore(now: Date): string {
  return new Date(now.getTime() - staleAfterDays * dayMs).toISOString();
}

/** What the lists for people are made from. */
export class ViewContext {
  readonly context: OperationContext;
  readonly ratings: () => CveRatings | undefined;
  readonly feeds: () => HeldFeeds;
  #exploited: ExploitedCves | undefined;

  constructor(
    context: OperationContext,
    { ratings, feeds }: { readonly ratings: () => CveRatings | undefined; readonly feeds: () => HeldFeeds },
  ) {
    this.context = context;
    this.ratings = ratings;
    this.feeds = feeds;
  }

  /** `undefined` where the engine only counts. */
  get published(): Catalogue | undefined {
    return this.context.exposures.verdicts.engine.published;
  }

  /** `undefined` where the engine only counts. */
  exploited(): ExploitedCves | undefined {
    const ratings = this.ratings();
    if (ratings === undefined) return undefined;
    if (this.#exploited?.ratings !== ratings) this.#exploited = new ExploitedCves(ratings);
    return this.#exploited;
  }
}

/** Wholly judged in what was judged, and nothing found: no update missing, no CVE open. */
export function isClean({ coverage, missing, openCves }: Contribution): boolean {
  return coverage !== 'not-assessed' && missing.length === 0 && openCves === 0;
}

export const ageBuckets = ['current', '1-30', '31-60', '61-90', '91-180', '181-365', 'over-365', 'unknown'] as const;
export type AgeBucket = (typeof ageBuckets)[number];

/** By the days between the release of the device's level and of the newest of its branch. */
export function ageBucketOf({ level }: Contribution): AgeBucket {
  if (level === null) return 'unknown';
  const days = level.daysBehind;
  if (days === 0) return 'current';
  if (days <= 30) return '1-30';
  if (days <= 60) return '31-60';
  if (days <= 90) return '61-90';
  if (days <= 180) return '91-180';
  return days <= 365 ? '181-365' : 'over-365';
}
