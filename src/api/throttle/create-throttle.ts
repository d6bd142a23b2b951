import { documentedLimit } from './defender-limits.ts';
import { EventLoopWait } from './event-loop-wait.ts';
import { FairShare } from './fair-share.ts';
import { RequestWindows } from './request-windows.ts';
import type { Throttle } from './throttle.ts';

/** `fair`: only what protects the server; `defender`: Microsoft's documented limits as well. */
export type ThrottleMode = 'fair' | 'defender';

export const unthrottled: Throttle = { enter: () => undefined, leave: () => undefined, close: () => undefined };

/** Reads of the API; what sends reports is held back by what memory can hold, not here. */
export function createThrottle(mode: ThrottleMode, now: () => Date): Throttle {
  const wait = new EventLoopWait();
  const share = new FairShare({
    nowMs: () => performance.now(),
    waitMs: () => wait.waitMs,
    afterTurn: setImmediate,
  });
  const windows = mode === 'defender' ? new RequestWindows(now) : undefined;
  return {
    enter({ tenant, clientId }, route) {
      const refused = share.enter(tenant.id, clientId);
      if (refused !== undefined || windows === undefined) return refused;
      const limit = documentedLimit(route);
      return limit === undefined ? undefined : windows.count(`${tenant.id} ${clientId} ${limit.group}`, limit);
    },
    leave: ({ tenant, clientId }, startMs, endMs) =>
      share.add({ tenantId: tenant.id, clientId, workMs: endMs - startMs, atMs: endMs }),
    close: () => wait.stop(),
  };
}
