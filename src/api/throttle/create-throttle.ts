import { ApiError } from '../errors.ts';
import { documentedLimit } from './defender-limits.ts';
import { FairQueue } from './fair-queue.ts';
import { RequestWindows } from './request-windows.ts';
import type { Throttle } from './throttle.ts';

/** `fair`: only what protects the server; `defender`: Microsoft's documented limits as well. */
export type ThrottleMode = 'fair' | 'defender';

/** Reads of the API; what sends reports is held back by what memory can hold, not here. */
export function createThrottle(mode: ThrottleMode, now: () => Date): Throttle {
  const queue = new FairQueue({ afterTurn: setImmediate, nowMs: () => performance.now() });
  const windows = mode === 'defender' ? new RequestWindows(now) : undefined;
  return {
    enter({ tenant, clientId }, route) {
      const limit = windows === undefined ? undefined : documentedLimit(route);
      if (limit !== undefined) refuse(windows?.count(`${tenant.id} ${clientId} ${limit.group}`, limit));
      const entered = queue.enter(tenant.id, clientId);
      if (typeof entered !== 'number') return entered;
      return refuse(entered);
    },
    leave: (startMs, endMs) => queue.add(endMs - startMs, endMs),
    waiting: () => queue.waiting,
  };
}

/** @throws {ApiError} 429 where there is something to wait for. */
function refuse(retrySeconds: number | undefined): undefined {
  if (retrySeconds === undefined) return;
  throw new ApiError(429, 'TooManyRequests', `too many requests; try again in ${retrySeconds} seconds`, {
    retrySeconds,
  });
}
