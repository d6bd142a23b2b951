import type { AssessedOs } from '../assessment/assessment.ts';
import { servicingPeriods } from '../catalogue/windows-lifecycle.ts';
import type { ServicingChannel } from '../catalogue/windows-lifecycle.ts';
import { tryParseWindowsBuild } from '../terms/windows-build.ts';
import type { HeldFeeds } from './held-feeds.ts';

/** How long the Windows of a device is serviced, by channel: shown, where `os.servicing` is what the engine judged. */
export interface DeviceLifecycle {
  /** The day or instant of the feed; `null` for the table that comes with kbgap. */
  readonly date: string | null;
  readonly channels: readonly {
    readonly channel: ServicingChannel;
    /** Last day (UTC) of servicing; `null`: no end is announced. */
    readonly end: string | null;
    /** Last day of paid extended updates, where there are any. */
    readonly esuEnd: string | null;
  }[];
}

/** By the held feed, or where it does not know the build by kbgap's own table; `null` where neither does. */
export function findLifecycle({ build: text, installationType }: AssessedOs, feeds: HeldFeeds): DeviceLifecycle | null {
  const build = text === null ? undefined : tryParseWindowsBuild(text)?.build;
  if (build === undefined) return null;
  const isServer = /server/i.test(installationType ?? '');
  const fits = (channel: ServicingChannel): boolean => (channel === 'server') === isServer;
  const feed = feeds.find('product-lifecycle');
  const told = (feed?.data.rows ?? []).flatMap(({ build: of, channel, end, esuEnd }) =>
    of === build && channel !== null && fits(channel) ? [{ channel, end, esuEnd }] : [],
  );
  if (feed !== undefined && told.length > 0) return { date: feed.date, channels: told };
  const known = servicingPeriods(build).filter(({ channel }) => fits(channel));
  const channels = known.map(({ channel, end, esuEnd = null }) => ({ channel, end, esuEnd }));
  return channels.length === 0 ? null : { date: null, channels };
}
