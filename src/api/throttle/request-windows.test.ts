import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RequestWindows } from './request-windows.ts';

function clock(): { readonly now: () => Date; pass(ms: number): void } {
  let at = Date.parse('2026-11-23T12:00:00Z');
  return { now: () => new Date(at), pass: (ms) => (at += ms) };
}

describe('requests by the minute and the hour', () => {
  const limit = { group: 'x', perMinute: 3, perHour: 5 };

  it('refuses beyond either, and says which second lets the next in', () => {
    const { now, pass } = clock();
    const windows = new RequestWindows(now);
    const next = (): number | undefined => windows.count('a', limit);
    assert.deepEqual([next(), next(), next()], [undefined, undefined, undefined]);
    pass(10_500);
    assert.equal(next(), 50);
    assert.equal(windows.count('b', limit), undefined);
    pass(50_000);
    assert.deepEqual([next(), next()], [undefined, undefined]);
    assert.equal(next(), 3540);
    pass(3_539_000);
    assert.equal(next(), 1);
    pass(1000);
    assert.equal(next(), undefined);
  });

  it('a client that waits as long as it is told is let in, whatever it did before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 200 }), (gaps) => {
        const { now, pass } = clock();
        const windows = new RequestWindows(now);
        for (const gap of gaps) {
          pass(gap);
          const seconds = windows.count('a', limit);
          if (seconds === undefined) continue;
          assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600);
          pass(seconds * 1000);
          assert.equal(windows.count('a', limit), undefined);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('a clock that is set back locks nobody out', () => {
    const { now, pass } = clock();
    const windows = new RequestWindows(now);
    for (let sent = 0; sent < 3; sent += 1) windows.count('a', limit);
    pass(-86_400_000);
    assert.equal(windows.count('a', limit), undefined);
  });

  it('forgets the clients that asked longest ago, not those of now', () => {
    const { now } = clock();
    const windows = new RequestWindows(now);
    for (let client = 0; client < 60_000; client += 1) windows.count(`client ${client}`, limit);
    for (let sent = 0; sent < 2; sent += 1) windows.count('client 59999', limit);
    assert.equal(windows.count('client 59999', limit), 60);
    for (let sent = 0; sent < 3; sent += 1) assert.equal(windows.count('client 0', limit), undefined);
  });
});
