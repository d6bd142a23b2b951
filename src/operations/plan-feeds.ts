import type { FeedName } from '../sources/source.ts';
import { feedSource } from '../sources/sources.ts';
import { addressesOf } from './feed-addresses.ts';
import type { FeedAddress, FeedTemplates } from './feed-addresses.ts';
import { isProblem } from './feed-checks.ts';
import type { FeedCheck } from './feed-checks.ts';
import type { FeedFolder } from './feed-folder.ts';
import { endOfPauseMs } from './publisher-pause.ts';

const hourMs = 60 * 60 * 1000;
/** After an answer that was of no use. */
const againAfterMs = hourMs;
/** Vulnerabilities that somebody once asked about, in one sync. */
const mostCveAddresses = 50;

/** Which addresses of feeds a sync asks, and which it would but for a publisher's wish. */
export interface FeedPlan {
  readonly due: readonly FeedAddress[];
  readonly heldBack: readonly HeldBackAddress[];
}

export interface HeldBackAddress extends FeedAddress {
  /** The UTC instant until which the publisher asked to be left alone. */
  readonly notBefore: string;
}

export interface FeedPlanOptions {
  readonly now: Date;
  /** Whether what came last is still there and can be read; always unless told. */
  readonly isHeld?: (feed: FeedName) => boolean;
  /** Though they were asked lately. */
  readonly all?: boolean;
  /** Though the publisher asked to be left alone until later. */
  readonly atOnce?: boolean;
}

/**
 * The addresses that are to be asked now: never asked, so long ago that their publisher has something new, or what they
 * sent is lost. An answer about one vulnerability is asked for again where somebody asked for it before. Pure.
 */
export function planFeeds(
  checks: readonly FeedCheck[],
  feeds: readonly FeedTemplates[],
  options: FeedPlanOptions,
): FeedPlan {
  const byAddress = new Map(checks.map((check) => [keyOf(check), check]));
  const needOf = (address: FeedAddress): Need => needOfAddress(byAddress.get(keyOf(address)), address, options);
  const whole = feeds.flatMap((templates) => addressesOf(templates));
  const asked = checks
    .filter((check) => check.cve !== undefined && isStillAsked(check, feeds))
    .sort((a, b) => (a.checkedAt < b.checkedAt ? -1 : 1));
  const dueAmong = (addresses: readonly FeedAddress[]): readonly FeedAddress[] =>
    addresses.filter((address) => needOf(address) === 'ask').map(addressOnly);
  return {
    due: [...dueAmong(whole), ...dueAmong(asked).slice(0, mostCveAddresses)],
    heldBack: [...whole, ...asked].flatMap((address) => {
      const notBefore = byAddress.get(keyOf(address))?.notBefore;
      return needOf(address) === 'held-back' && notBefore != null ? [{ ...addressOnly(address), notBefore }] : [];
    }),
  };
}

/**
 * Addresses that somebody asks for now, whether they are due or not: those of a host that asked, at any of its addresses, to be left
 * alone until later are held back. Pure.
 */
export function planAsked(
  checks: readonly FeedCheck[],
  addresses: readonly FeedAddress[],
  { now, atOnce = false }: Pick<FeedPlanOptions, 'now' | 'atOnce'>,
): FeedPlan {
  const untilByHost = new Map<string, string>();
  for (const { url, notBefore } of checks) {
    if (atOnce || notBefore === null || endOfPauseMs(notBefore, now) === undefined) continue;
    const { host } = new URL(url);
    if (notBefore > (untilByHost.get(host) ?? '')) untilByHost.set(host, notBefore);
  }
  const untilOf = ({ url }: FeedAddress): string | undefined => untilByHost.get(new URL(url).host);
  return {
    due: addresses.filter((address) => untilOf(address) === undefined),
    heldBack: addresses.flatMap((address) => {
      const notBefore = untilOf(address);
      return notBefore === undefined ? [] : [{ ...address, notBefore }];
    }),
  };
}

/** What `planFeeds` says of a data folder. */
export function planFeedsOf(folder: FeedFolder, feeds: readonly FeedTemplates[], options: FeedPlanOptions): FeedPlan {
  const isHeld = (feed: FeedName): boolean => folder.findReadable(feed) !== undefined;
  return planFeeds(folder.checks.list(), feeds, { isHeld, ...options });
}

/** Whether the settings still name the address of a check. */
export function isStillAsked({ feed, url, cve }: FeedCheck, feeds: readonly FeedTemplates[]): boolean {
  return feeds.some(
    (templates) => templates.feed === feed && addressesOf(templates, cve).some((address) => address.url === url),
  );
}

type Need = 'ask' | 'held-back' | 'none';

function needOfAddress(check: FeedCheck | undefined, address: FeedAddress, options: FeedPlanOptions): Need {
  const { now, all = false, atOnce = false } = options;
  if (check === undefined) return 'ask';
  const isPaused = check.notBefore !== null && endOfPauseMs(check.notBefore, now) !== undefined;
  if (isPaused && atOnce) return 'ask';
  const isLost = !isProblem(check) && options.isHeld?.(address.feed) === false;
  if (!all && !isLost && !isLongAgo(check, address, now)) return 'none';
  return isPaused ? 'held-back' : 'ask';
}

function isLongAgo(check: FeedCheck, { feed }: FeedAddress, now: Date): boolean {
  // Either way: a clock that was set back must not put the next check off for ever.
  const ageMs = Math.abs(now.getTime() - Date.parse(check.checkedAt));
  const everyMs = feedSource(feed).checkEveryHours * hourMs;
  return !(ageMs < (isProblem(check) ? Math.min(againAfterMs, everyMs) : everyMs));
}

function addressOnly({ feed, url, cve }: FeedAddress): FeedAddress {
  return { feed, url, ...(cve === undefined ? {} : { cve }) };
}

function keyOf({ feed, url }: FeedAddress): string {
  return `${feed} ${url}`;
}
