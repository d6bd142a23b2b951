import type { SyncStatus } from './sync-status.ts';

/** Nobody's slip makes a sync wait for ever. */
const longestMs = 24 * 60 * 60 * 1000;

/** What a sync notes of a publisher that asked to be left alone, and which host that was. */
export type NotedPause = Pick<SyncStatus, 'notBefore' | 'notBeforeHost'>;

/** `untilMs`: milliseconds since 1970, `undefined` where nothing was asked. A day at most is noted. */
export function notePause(baseUrl: string, untilMs: number | undefined, now: Date): NotedPause {
  if (untilMs === undefined) return { notBefore: null };
  const notBefore = new Date(Math.min(untilMs, now.getTime() + longestMs)).toISOString();
  return { notBefore, notBeforeHost: new URL(baseUrl).host };
}

/**
 * Until when (milliseconds since 1970) the publisher is to be left alone by what an earlier sync noted; `undefined` where it may
 * be asked: it never asked for that, the time is over, another host did, or the clock was set back since.
 */
export function pausedUntilMs(noted: NotedPause | undefined, baseUrl: string, now: Date): number | undefined {
  if (noted?.notBefore == null || noted.notBeforeHost !== new URL(baseUrl).host) return undefined;
  return endOfPauseMs(noted.notBefore, now);
}

/** When a noted pause ends (milliseconds since 1970); `undefined` where it is over, or no pause that can have been asked by now. */
export function endOfPauseMs(notBefore: string, now: Date): number | undefined {
  const untilMs = Date.parse(notBefore);
  const remainingMs = untilMs - now.getTime();
  return remainingMs > 0 && remainingMs <= longestMs ? untilMs : undefined;
}
