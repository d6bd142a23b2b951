import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextSyncAt } from './sync-schedule.ts';
import type { SyncStatus } from './sync-status.ts';

const settings = { everyHours: 24, patchTuesdayMinutes: 30 };

describe('when the next sync is due', () => {
  const cases: readonly [says: string, now: string, last: string, outcome: SyncStatus['outcome'], next: string][] = [
    ['a day after the last', '2026-06-20T10:00', '2026-06-20T09:00', 'ok', '2026-06-21T09:00'],
    ['at once, where that is over', '2026-06-25T10:00', '2026-06-20T09:00', 'ok', '2026-06-25T10:00'],
    ['an hour after one that failed', '2026-06-20T09:10', '2026-06-20T09:00', 'failed', '2026-06-20T10:00'],
    ['an hour after an incomplete one', '2026-06-20T09:10', '2026-06-20T09:00', 'incomplete', '2026-06-20T10:00'],
    ['at 17:00 of the second Tuesday', '2026-06-09T09:10', '2026-06-09T09:00', 'ok', '2026-06-09T17:00'],
    ['then every half hour', '2026-06-09T17:02', '2026-06-09T17:00', 'ok', '2026-06-09T17:30'],
    ['by the clock, however long one took', '2026-06-09T18:02', '2026-06-09T17:34', 'ok', '2026-06-09T18:02'],
    ['the last at 23:30', '2026-06-09T23:20', '2026-06-09T23:01', 'ok', '2026-06-09T23:30'],
    ['then daily again', '2026-06-09T23:40', '2026-06-09T23:30', 'ok', '2026-06-10T23:30'],
    ['next month’s Tuesday counts too', '2026-07-31T12:00', '2026-07-31T11:00', 'ok', '2026-08-01T11:00'],
    ['a clock that was set back', '2026-06-20T10:00', '2036-06-20T09:00', 'ok', '2026-06-21T10:00'],
  ];
  for (const [says, now, last, outcome, next] of cases) {
    it(says, () => {
      const at = nextSyncAt(new Date(`${now}Z`), { startedAt: `${last}:00Z`, outcome }, settings);
      assert.equal(at.toISOString(), `${next}:00.000Z`);
    });
  }

  const heldBack: readonly [says: string, now: string, notBefore: string, next: string][] = [
    ['not before the publisher wants to be asked', '2026-06-09T17:05', '2026-06-09T18:10', '2026-06-09T18:10'],
    ['as usual where that is over', '2026-06-09T17:05', '2026-06-09T17:03', '2026-06-09T17:30'],
    ['a day later at most', '2026-06-09T17:05', '2099-01-01T00:00', '2026-06-10T17:00'],
  ];
  for (const [says, now, notBefore, next] of heldBack) {
    it(says, () => {
      const last = { startedAt: '2026-06-09T17:00:00Z', outcome: 'incomplete', notBefore: `${notBefore}Z` } as const;
      assert.equal(nextSyncAt(new Date(`${now}Z`), last, settings).toISOString(), `${next}:00.000Z`);
    });
  }

  it('at once where there was none', () => {
    const now = new Date('2026-06-20T10:00Z');
    assert.equal(nextSyncAt(now, undefined, settings), now);
  });

  it('a longer rhythm still meets the second Tuesday', () => {
    const last = { startedAt: '2026-05-31T00:00:00Z', outcome: 'ok' as const };
    const next = nextSyncAt(new Date('2026-05-31T01:00Z'), last, { everyHours: 720, patchTuesdayMinutes: 60 });
    assert.equal(next.toISOString(), '2026-06-09T17:00:00.000Z');
  });
});
