import { LRUCache } from 'lru-cache';
import type { Limit } from './defender-limits.ts';

interface Window {
  /** Milliseconds since 1970 at which it is over. */
  endsAt: number;
  count: number;
}

interface Windows {
  readonly minute: Window;
  readonly hour: Window;
}

/** Clients and groups whose counts are kept; beyond it the one that asked longest ago is forgotten, in its favour. */
const mostKept = 50_000;

/**
 * Counts requests by the minute and by the hour, each from its first request on. Both count a request or neither does: one
 * that is refused costs nothing, so that the time told is true.
 */
export class RequestWindows {
  readonly #now: () => Date;
  readonly #kept = new LRUCache<string, Windows>({ max: mostKept });

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Whole seconds until the next is let in; `undefined` where this one is, and counts. */
  count(key: string, { perMinute, perHour }: Limit): number | undefined {
    const at = this.#now().getTime();
    let windows = this.#kept.get(key);
    if (windows === undefined) {
      windows = { minute: { endsAt: 0, count: 0 }, hour: { endsAt: 0, count: 0 } };
      this.#kept.set(key, windows);
    }
    const { minute, hour } = windows;
    renew(minute, at, 60_000);
    renew(hour, at, 3_600_000);
    const waitMs = Math.max(
      minute.count >= perMinute ? minute.endsAt - at : 0,
      hour.count >= perHour ? hour.endsAt - at : 0,
    );
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    minute.count += 1;
    hour.count += 1;
    return undefined;
  }
}

/** A clock that was set back ends a window, too: nobody waits longer than its length. */
function renew(window: Window, at: number, lengthMs: number): void {
  if (at < window.endsAt && window.endsAt - at <= lengthMs) return;
  window.endsAt = at + lengthMs;
  window.count = 0;
}
