import type { HttpOptions } from '../sources/http/fetch-bytes.ts';
import { HostPauses } from '../sources/http/host-pause.ts';
import { feedSource } from '../sources/sources.ts';
import { addressesOf } from './feed-addresses.ts';
import type { FeedAddress, FeedTemplates } from './feed-addresses.ts';
import { isProblem } from './feed-checks.ts';
import type { FeedCheck } from './feed-checks.ts';
import type { FeedFolder } from './feed-folder.ts';
import { fetchFeed } from './fetch-feed.ts';
import type { FetchedFeed } from './fetch-feed.ts';
import { inParallel } from './in-parallel.ts';

/** Where feeds are fetched from, every feed with its addresses; with none it is not fetched. Plain data. */
export interface FeedPublishers {
  readonly feeds: readonly FeedTemplates[];
  readonly http: HttpOptions;
}

const hourMs = 60 * 60 * 1000;
/** After an answer that was of no use. */
const againAfterMs = hourMs;
const hostsAtOnce = 4;
/** Vulnerabilities that somebody once asked about, in one sync. */
const mostCveAddresses = 50;

/**
 * The addresses that are to be asked now: never asked, or as long ago as their publisher has something new. An answer about
 * one vulnerability is asked for again where somebody asked for it before. Pure but for reading the notes.
 */
export function dueAddresses(
  checks: readonly FeedCheck[],
  feeds: readonly FeedTemplates[],
  { now, all = false }: { readonly now: Date; readonly all?: boolean },
): readonly FeedAddress[] {
  const byAddress = new Map(checks.map((check) => [keyOf(check), check]));
  const isDue = (address: FeedAddress): boolean => all || isDueAgain(byAddress.get(keyOf(address)), address, now);
  const whole = feeds.flatMap((templates) => addressesOf(templates)).filter(isDue);
  const asked = checks
    .filter((check) => isStillAsked(check, feeds) && check.cve !== undefined && isDue(check))
    .sort((a, b) => (a.checkedAt < b.checkedAt ? -1 : 1))
    .slice(0, mostCveAddresses)
    .map(({ feed, url, cve }) => ({ feed, url, ...(cve === undefined ? {} : { cve }) }));
  return [...whole, ...asked];
}

function isDueAgain(check: FeedCheck | undefined, { feed }: FeedAddress, now: Date): boolean {
  if (check === undefined) return true;
  // Either way: a clock that was set back must not put the next check off for ever.
  const ageMs = Math.abs(now.getTime() - Date.parse(check.checkedAt));
  if (check.notBefore !== null && now.getTime() < Date.parse(check.notBefore)) return false;
  const everyMs = feedSource(feed).checkEveryHours * hourMs;
  return !(ageMs < (isProblem(check) ? Math.min(againAfterMs, everyMs) : everyMs));
}

/** Forgets addresses that the settings no longer name: what is wrong with them is nobody's concern. */
export function forgetOthers(folder: FeedFolder, feeds: readonly FeedTemplates[]): Promise<void> {
  return folder.locked(() => folder.checks.keepOnly((check) => isStillAsked(check, feeds)));
}

function isStillAsked({ feed, url, cve }: FeedCheck, feeds: readonly FeedTemplates[]): boolean {
  return feeds.some(
    (templates) => templates.feed === feed && addressesOf(templates, cve).some((address) => address.url === url),
  );
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
