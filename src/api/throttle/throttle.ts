import type { Caller } from '../auth/bearer.ts';
import type { Route } from '../routes/route.ts';

/** Decides whether a request is answered now; asked once the caller is known, before the route is. */
export interface Throttle {
  /** Whole seconds after which the request is let in; `undefined` where it is now, and counts. */
  enter(caller: Caller, route: Route): number | undefined;
  /** Tells how long the server worked for a request that was let in: from when to when, by `performance.now`. */
  leave(caller: Caller, startMs: number, endMs: number): void;
  close(): void;
}
