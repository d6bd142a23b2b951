import { FetchError } from './fetch-error.ts';
import type { RetryLimits, Timing } from './retry.ts';

interface Pause {
  /** Milliseconds since 1970. */
  readonly untilMs: number;
}

/** How many of the longest waits one run waits for one host altogether. */
const mostLongWaits = 6;

/**
 * How long a host has asked to be left alone (`Retry-After`, or 429 without): one wait for all requests to it in one run. Until
 * then none is sent; where that is longer than a run waits, none is sent at all.
 */
export class HostPause {
  #pause: Pause | undefined;
  /** Waited for so far, each pause once. */
  #waitedMs = 0;

  /** The instant (milliseconds since 1970) until which the host is left alone; `undefined` where it is not. */
  get untilMs(): number | undefined {
    return this.#pause?.untilMs;
  }

  ask(untilMs: number): void {
    if (untilMs > (this.#pause?.untilMs ?? 0)) this.#pause = { untilMs };
  }

  isTooLong({ longestWaitMs }: RetryLimits, now: Date): boolean {
    if (this.#pause === undefined) return false;
    const remainingMs = this.#pause.untilMs - now.getTime();
    return remainingMs > longestWaitMs || this.#waitedMs + remainingMs > mostLongWaits * longestWaitMs;
  }

  /**
   * Waits until the host may be asked, and some milliseconds longer, so that not all requests come at once.
   * @throws {FetchError} where that is too long. The signal's reason on abort.
   */
  async wait(url: string, limits: RetryLimits, how: PauseOptions): Promise<void> {
    for (let pause = this.#pause; pause !== undefined; pause = this.#pause) {
      if (this.isTooLong(limits, how.timing.now())) throw heldBack(url, pause, how);
      const remainingMs = Math.ceil(pause.untilMs - how.timing.now().getTime());
      if (remainingMs > 0) await how.timing.sleep(remainingMs + how.extraMs, how.signal);
      if (this.#pause !== pause) continue; // another request was told to wait longer, or was here first
      this.#pause = undefined;
      this.#waitedMs += Math.max(0, remainingMs);
    }
  }
}

export interface PauseOptions {
  readonly timing: Timing;
  readonly signal: AbortSignal;
  readonly extraMs: number;
}

function heldBack(url: string, { untilMs }: Pause, { timing }: PauseOptions): FetchError {
  const until = new Date(untilMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const retryAfterMs = Math.max(0, untilMs - timing.now().getTime());
  return new FetchError(url, {
    failure: 'held-back',
    reason: `not asked: ${new URL(url).host} asked to be left alone until ${until}`,
    isTransient: false,
    retryAfterMs,
  });
}

/** The pauses of one run, by host. */
export class HostPauses {
  readonly #byHost = new Map<string, HostPause>();

  of(url: string): HostPause {
    const { host } = new URL(url);
    let pause = this.#byHost.get(host);
    if (pause === undefined) this.#byHost.set(host, (pause = new HostPause()));
    return pause;
  }
}
