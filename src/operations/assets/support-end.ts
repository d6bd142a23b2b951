import { clientChannel } from '../../assessment/servicing-label.ts';
import { allServicingPeriods } from '../../catalogue/windows-lifecycle.ts';
import type { ServicingChannel } from '../../catalogue/windows-lifecycle.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import { tryParseWindowsBuild } from '../../terms/windows-build.ts';
import type { HeldFeeds } from '../held-feeds.ts';

/** Whether a version of Windows, or with it all versions of its name, gets no updates any more, or soon will not. */
export type SupportStatus = 'None' | 'EOS Version' | 'Upcoming EOS Version' | 'EOS Software' | 'Upcoming EOS Software';

export interface SupportEnd {
  readonly status: SupportStatus;
  /** Last day of servicing, UTC; `null` where none is announced or known. */
  readonly date: string | null;
}

export const noSupportEnd: SupportEnd = { status: 'None', date: null };

/** So many days before the last one it is called upcoming. */
const upcomingDays = 180;

/** When servicing ends; `null`: no end is announced. */
interface Period {
  readonly build: number;
  readonly channel: ServicingChannel;
  readonly end: string | null;
}

/**
 * By the held feed, or where it does not know the build by kbgap's own table; where the edition decides and is not known, by the
 * one that is serviced longest. Paid extended updates do not count.
 */
export function supportEnd(os: PatchState['os'], feeds: HeldFeeds, now: Date): SupportEnd {
  const build = tryParseWindowsBuild(os.build ?? '')?.build;
  if (build === undefined) return noSupportEnd;
  const isServer = /server/i.test(os.installationType ?? '');
  const periods = periodsOf(feeds).filter(({ channel }) => (channel === 'server') === isServer);
  const ofBuild = periods.filter((period) => period.build === build);
  const channel = isServer ? 'server' : clientChannel(build, os);
  const ofChannel = ofBuild.filter((period) => period.channel === channel);
  const date = latest(ofChannel.length > 0 ? ofChannel : ofBuild);
  if (date === null) return noSupportEnd;
  const whole = latest(periods.filter((period) => isSameName(period.build, build, isServer)));
  const today = now.toISOString().slice(0, 10);
  const soon = new Date(now.getTime() + upcomingDays * 86_400_000).toISOString().slice(0, 10);
  const isWhole = whole !== null && whole <= date;
  if (date < today) return { status: whole !== null && whole < today ? 'EOS Software' : 'EOS Version', date };
  if (date > soon) return { status: 'None', date };
  return { status: isWhole ? 'Upcoming EOS Software' : 'Upcoming EOS Version', date };
}

const periodsByFeeds = new WeakMap<HeldFeeds, readonly Period[]>();

function periodsOf(feeds: HeldFeeds): readonly Period[] {
  let periods = periodsByFeeds.get(feeds);
  if (periods === undefined) periodsByFeeds.set(feeds, (periods = readPeriods(feeds)));
  return periods;
}

function readPeriods(feeds: HeldFeeds): readonly Period[] {
  const told = (feeds.find('product-lifecycle')?.data.rows ?? []).flatMap(({ build, channel, end }) =>
    build === null || channel === null ? [] : [{ build, channel, end }],
  );
  const known = new Set(told.map(({ build, channel }) => `${build} ${channel === 'server'}`));
  return [
    ...told,
    ...allServicingPeriods().filter(({ build, channel }) => !known.has(`${build} ${channel === 'server'}`)),
  ];
}

/** `null` where one of them has no end, or there is none. */
function latest(periods: readonly Period[]): string | null {
  let last: string | null = null;
  for (const { end } of periods) {
    if (end === null) return null;
    if (last === null || end > last) last = end;
  }
  return last;
}

/** Windows 10 and Windows 11 have many versions under one name; of all others each has its own. */
function isSameName(a: number, b: number, isServer: boolean): boolean {
  return isServer ? a === b : nameOf(a) === nameOf(b);
}

function nameOf(build: number): number {
  if (build >= 22_000) return 11;
  return build >= 10_240 ? 10 : build;
}
