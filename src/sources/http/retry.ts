import { setTimeout as wait } from 'node:timers/promises';
import { FetchError } from './fetch-error.ts';
import { HostPause } from './host-pause.ts';

/** Clock, chance and waiting, handed in so that tests need none of them. */
export interface Timing {
  readonly now: () => Date;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** @throws the signal's reason where it is aborted meanwhile. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export const realTiming: Timing = {
  now: () => new Date(),
  random: Math.random,
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
};

export interface RetryLimits {
  readonly attempts: number;
  /** The wait before the second attempt; it doubles with each one, and half of it is left to chance. */
  readonly firstWaitMs: number;
  /** Who asks for a longer wait is asked no more: never earlier than told. */
  readonly longestWaitMs: number;
}

export interface RetryOptions {
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** Of the host that is asked, shared by all requests to it; of this request alone unless told. */
  readonly pause?: HostPause;
  /** For errors. */
  readonly url?: string;
}

/**
 * Tries again where that may help. A `Retry-After` is waited for, and a little more, by all requests to that host; one longer
 * than `longestWaitMs` ends the attempts. @throws what the last attempt threw, or {@link FetchError} where the host is to be
 * left alone for longer.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  limits: RetryLimits,
  { timing, signal, pause = new HostPause(), url = 'http://host' }: RetryOptions,
): Promise<T> {
  let extraMs = 0;
  for (let number = 1; ; number++) {
    signal.throwIfAborted();
    await pause.wait(url, limits, { timing, signal, extraMs });
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof FetchError) || signal.aborted) throw error;
      const full = Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** (number - 1));
      const chosen = full / 2 + (full / 2) * timing.random();
      const isHost = error.retryAfterMs !== undefined || error.status === 429;
      if (isHost) pause.ask(timing.now().getTime() + Math.max(error.retryAfterMs ?? 0, chosen));
      if (!error.isTransient || number >= limits.attempts || pause.isTooLong(limits, timing.now())) throw error;
      if (!isHost) await timing.sleep(chosen, signal);
      extraMs = error.retryAfterMs === undefined ? 0 : chosen - full / 2;
    }
  }
}

/** Milliseconds that a `Retry-After` asks for: seconds, or an HTTP date; `undefined` where it is absent or neither. */
export function parseRetryAfter(text: string | null, now: Date): number | undefined {
  if (text === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text) * 1000;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}
