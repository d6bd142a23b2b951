import { setTimeout as wait } from 'node:timers/promises';
import { FetchError } from './fetch-error.ts';

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
  readonly longestWaitMs: number;
  /** Who asks to be left alone for longer than the longest wait is asked no more, instead of too early. */
  readonly giveUpOnLongWaits?: boolean;
}

/**
 * Tries again where that may help. A `Retry-After` is waited for, and a little more, but never longer than
 * `longestWaitMs`. @throws what the last attempt threw.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  limits: RetryLimits,
  { timing, signal }: { readonly timing: Timing; readonly signal: AbortSignal },
): Promise<T> {
  for (let number = 1; ; number++) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      const again = error instanceof FetchError && error.isTransient && number < limits.attempts;
      if (!again || signal.aborted || isTooLong(error.retryAfterMs, limits)) throw error;
      await timing.sleep(waitBefore(number, error.retryAfterMs, limits, timing), signal);
    }
  }
}

function isTooLong(askedMs = 0, { giveUpOnLongWaits = false, longestWaitMs }: RetryLimits): boolean {
  return giveUpOnLongWaits && askedMs > longestWaitMs;
}

function waitBefore(number: number, askedMs: number | undefined, limits: RetryLimits, { random }: Timing): number {
  const full = Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** (number - 1));
  const chosen = full / 2 + (full / 2) * random();
  return Math.min(limits.longestWaitMs, askedMs === undefined ? chosen : askedMs + (chosen - full / 2));
}

/** Milliseconds that a `Retry-After` asks for: seconds, or an HTTP date; `undefined` where it is absent or neither. */
export function parseRetryAfter(text: string | null, now: Date): number | undefined {
  if (text === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text) * 1000;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}
