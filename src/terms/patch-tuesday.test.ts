import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lastPatchTuesday, pastPatchTuesdays, patchTuesdayOf } from './patch-tuesday.ts';

describe('Patch Tuesday', () => {
  // InitialReleaseDate of the documents of these months, as published.
  const published: readonly [year: number, month: number, day: string][] = [
    [2020, 3, '2020-03-10'],
    [2023, 8, '2023-08-08'],
    [2024, 10, '2024-10-08'],
    [2025, 7, '2025-07-08'],
    [2026, 6, '2026-06-09'],
    [2026, 9, '2026-09-08'],
  ];
  for (const [year, month, day] of published) {
    it(`of ${year}-${month} is ${day}`, () => assert.equal(patchTuesdayOf(year, month - 1), day));
  }

  it('counts once its day is over', () => {
    assert.equal(lastPatchTuesday(new Date('2026-06-09T23:59:59Z')), '2026-05-12');
    assert.equal(lastPatchTuesday(new Date('2026-06-10T00:00:00Z')), '2026-06-09');
  });

  it('names the documents of the months, over the turn of the year', () => {
    const ids = pastPatchTuesdays(new Date('2026-02-01T00:00:00Z'), 3).map(({ releaseId }) => releaseId);
    assert.deepEqual(ids, ['2026-Jan', '2025-Dec', '2025-Nov']);
  });
});
