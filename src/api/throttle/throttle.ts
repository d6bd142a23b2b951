import type { Caller } from '../auth/bearer.ts';
import type { Route } from '../routes/route.ts';

/** Decides when a read is answered; asked once the caller is known, before the route is. */
export interface Throttle {
  /** What the request waits for; `undefined` where it is answered at once. @throws {ApiError} 429 */
  enter(caller: Caller, route: Route): Promise<void> | undefined;
  /** Tells from when to when, by `performance.now`, the server worked for a request that was let in. */
  leave(startMs: number, endMs: number): void;
  /** Reads that wait for their turn. */
  waiting(): number;
}
