import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FetchError } from './fetch-error.ts';
import { parseRetryAfter, withRetries } from './retry.ts';

const now = new Date('2026-06-09T17:00:00Z');
const limits = { attempts: 5, firstWaitMs: 1000, longestWaitMs: 60_000 };

function failure(isTransient: boolean, retryAfterMs?: number): FetchError {
  const reason = 'expected 200, got 503';
  return new FetchError('http://a/', {
    failure: 'status',
    reason,
    isTransient,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

async function waitsOf(error: FetchError, random: number): Promise<readonly number[]> {
  const waits: number[] = [];
  const timing = { now: () => now, random: () => random, sleep: async (ms: number) => void waits.push(ms) };
  const signal = new AbortController().signal;
  await assert.rejects(
    withRetries(() => Promise.reject(error), limits, { timing, signal }),
    error,
  );
  return waits;
}

describe('withRetries', () => {
  it('doubles the wait, half of it by chance', async () => {
    assert.deepEqual(await waitsOf(failure(true), 0), [500, 1000, 2000, 4000]);
    assert.deepEqual(await waitsOf(failure(true), 0.5), [750, 1500, 3000, 6000]);
  });

  it('waits as long as it is asked to, and never less', async () => {
    assert.deepEqual(await waitsOf(failure(true, 7000), 0), [7000, 7000, 7000, 7000]);
    assert.deepEqual(await waitsOf(failure(true, 7000), 0.5), [7250, 7500, 8000, 9000]);
    assert.deepEqual(await waitsOf(failure(true, 60_000), 0), [60_000, 60_000, 60_000, 60_000]);
  });

  it('gives up at once where it is asked to wait longer than anybody waits', async () => {
    assert.deepEqual(await waitsOf(failure(true, 60_001), 0), []);
    assert.deepEqual(await waitsOf(failure(true, 86_400_000), 0), []);
  });

  it('does not try again where that cannot help', async () => assert.deepEqual(await waitsOf(failure(false), 0), []));

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const timing = { now: () => now, random: () => 0, sleep: async () => stop.abort(new Error('stopped')) };
    const run = withRetries(() => Promise.reject(failure(true)), limits, { timing, signal: stop.signal });
    await assert.rejects(run, /stopped/);
  });
});

describe('parseRetryAfter', () => {
  const cases: readonly [says: string, text: string | null, expected: number | undefined][] = [
    ['seconds', '120', 120_000],
    ['a date', 'Tue, 09 Jun 2026 17:00:30 GMT', 30_000],
    ['a date that is past', 'Tue, 09 Jun 2026 16:00:00 GMT', 0],
    ['neither', 'soon', undefined],
    ['no header', null, undefined],
  ];
  for (const [says, text, expected] of cases) it(says, () => assert.equal(parseRetryAfter(text, now), expected));
});
