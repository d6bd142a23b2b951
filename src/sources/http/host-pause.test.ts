import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FetchError } from './fetch-error.ts';
import { HostPauses } from './host-pause.ts';
import { withRetries } from './retry.ts';
import type { RetryLimits } from './retry.ts';

const limits: RetryLimits = { attempts: 5, firstWaitMs: 1000, longestWaitMs: 300_000 };

/** A clock that goes on by what is slept. Sleepers wake in the order of their times. */
function clock(): {
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly random: () => number;
} {
  let time = Date.parse('2026-06-09T17:00:00Z');
  const waking: { readonly at: number; readonly wake: () => void }[] = [];
  const next = (): void => {
    waking.sort((a, b) => a.at - b.at);
    const first = waking.shift();
    if (first === undefined) return;
    time = Math.max(time, first.at);
    first.wake();
  };
  return {
    now: () => new Date(time),
    random: () => 0.5,
    sleep: (milliseconds) =>
      new Promise((wake) => {
        waking.push({ at: time + milliseconds, wake });
        setImmediate(next);
      }),
  };
}

function tooMany(url: string, retryAfterMs: number | undefined): FetchError {
  return new FetchError(url, { failure: 'status', reason: 'status 429', status: 429, isTransient: true, retryAfterMs });
}

/** Asks for `count` documents side by side, of a host that answers 429 to `refuse`; tells when what was asked. */
async function ask(
  count: number,
  refuse: (number: number, asked: number) => number | undefined | 'answer',
): Promise<{ readonly asked: readonly number[]; readonly failures: readonly string[] }> {
  const timing = clock();
  const start = timing.now().getTime();
  const pauses = new HostPauses();
  const asked: number[] = [];
  const failures: string[] = [];
  const one = async (number: number): Promise<void> => {
    const url = `http://publisher/cvrf/${number}`;
    const attempt = async (): Promise<void> => {
      asked.push(timing.now().getTime() - start);
      await Promise.resolve();
      const wait = refuse(number, asked.length);
      if (wait !== 'answer') throw tooMany(url, wait);
    };
    const how = { timing, signal: new AbortController().signal, pause: pauses.of(url), url };
    await withRetries(attempt, limits, how).catch((error: FetchError) => void failures.push(error.message));
  };
  for (let number = 0; number < count; number += 4)
    await Promise.all(Array.from({ length: 4 }, (_, index) => one(number + index)));
  return { asked, failures };
}

describe('a host that asks to be left alone', () => {
  it('is asked by nobody until then, and by all after', async () => {
    let refused = false;
    const { asked, failures } = await ask(12, (number) => {
      if (number !== 5 || refused) return 'answer';
      refused = true;
      return 30_000;
    });
    assert.deepEqual(failures, []);
    assert.equal(asked.length, 13);
    const later = asked.slice(8);
    assert.ok(
      later.every((at) => at >= 30_000),
      `asked after ${later.join(', ')} ms`,
    );
  });

  it('waits on when it is told to wait longer', async () => {
    const { asked, failures } = await ask(4, (_, count) => (count <= 4 ? 10_000 * count : 'answer'));
    assert.deepEqual(failures, []);
    assert.ok(
      asked.slice(4).every((at) => at >= 40_000),
      asked.join(', '),
    );
  });

  it('for longer than anybody waits is not asked again, and what was not asked says so', async () => {
    const { asked, failures } = await ask(12, (number) => (number === 1 ? 3_600_000 : 'answer'));
    assert.equal(asked.length, 4, 'those under way');
    assert.equal(failures.length, 9);
    assert.equal(failures[0], 'http://publisher/cvrf/1: status 429');
    assert.equal(
      failures[1],
      'http://publisher/cvrf/4: not asked: publisher asked to be left alone until 2026-06-09T18:00:00Z',
    );
  });

  it('again and again is given up in the end', async () => {
    const { asked } = await ask(400, () => 250_000);
    assert.ok((asked.at(-1) ?? 0) <= 6 * limits.longestWaitMs, `asked until ${asked.at(-1)} ms`);
  });

  it('without saying for how long is left alone by all, too', async () => {
    let refused = false;
    const { asked } = await ask(8, () => {
      if (refused) return 'answer';
      refused = true;
      return undefined;
    });
    assert.ok(
      asked.slice(4).every((at) => at >= 750),
      asked.join(', '),
    );
  });

  it('holds back no other host', () => {
    const pauses = new HostPauses();
    pauses.of('http://a/x').ask(Date.now() + 1e6);
    assert.equal(pauses.of('http://a/y').untilMs, pauses.of('http://a/x').untilMs);
    assert.equal(pauses.of('http://b/x').untilMs, undefined);
  });
});
