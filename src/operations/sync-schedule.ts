import { patchTuesdayOf } from '../terms/patch-tuesday.ts';
import type { SyncStatus } from './sync-status.ts';

export interface SyncScheduleSettings {
  readonly everyHours: number;
  /** From 17:00 to 24:00 UTC on the second Tuesday of a month. */
  readonly patchTuesdayMinutes: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Microsoft publishes at 17:00 UTC in summer and 18:00 in winter. */
const windowStartMs = 17 * hourMs;
const windowEndMs = 24 * hourMs;
/** After a sync that failed or lacked documents. */
const againAfterHours = 1;

/** Nobody's slip makes a sync wait for ever. */
const longestHeldBackMs = 24 * hourMs;

/** When the next sync is due by the last one; not before `now`, nor while the publisher wants to be left alone. Pure. */
export function nextSyncAt(
  now: Date,
  last: Pick<SyncStatus, 'startedAt' | 'outcome' | 'notBefore'> | undefined,
  settings: SyncScheduleSettings,
): Date {
  if (last === undefined) return now;
  // A clock that was set back must not put the next sync off for ever.
  const lastAt = Math.min(Date.parse(last.startedAt), now.getTime());
  const hours = last.outcome === 'ok' ? settings.everyHours : Math.min(againAfterHours, settings.everyHours);
  const slot = nextSlot(now, lastAt, settings.patchTuesdayMinutes * minuteMs);
  const heldBackTo = Math.min(last.notBefore == null ? 0 : Date.parse(last.notBefore), lastAt + longestHeldBackMs);
  return new Date(Math.max(now.getTime(), heldBackTo, Math.min(lastAt + hours * hourMs, slot)));
}

/** The first turn after `lastAt` in this month's window or the next month's, unless that window is over. */
function nextSlot(now: Date, lastAt: number, everyMs: number): number {
  for (const ahead of [0, 1]) {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
    const day = Date.parse(patchTuesdayOf(month.getUTCFullYear(), month.getUTCMonth()));
    const start = day + windowStartMs;
    const turns = Math.max(0, Math.floor((lastAt - start) / everyMs) + 1);
    const slot = start + turns * everyMs;
    if (slot < day + windowEndMs && now.getTime() < day + windowEndMs) return slot;
  }
  return Infinity;
}
