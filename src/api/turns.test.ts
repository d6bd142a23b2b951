import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as pause } from 'node:timers/promises';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('lets so many run at once, in their order, also past failures', async () => {
    const turns = new Turns(4);
    let running = 0;
    let most = 0;
    const started: number[] = [];
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        turns.run(async () => {
          started.push(n);
          running += 1;
          most = Math.max(most, running);
          await pause();
          running -= 1;
          if (n % 3 === 0) throw new Error('broken');
          return n;
        }),
      ),
    );
    assert.equal(most, 4);
    assert.deepEqual(
      started,
      Array.from({ length: 50 }, (_, n) => n),
    );
    assert.equal(results.filter(({ status }) => status === 'rejected').length, 17);
  });
});
