import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCalendarDate } from './calendar-date.ts';

describe('calendar date', () => {
  for (const text of ['2026-06-30', '2024-02-29', '1999-12-31'])
    it(`${text} is one`, () => assert.ok(isCalendarDate(text)));
  for (const text of [
    '2026-02-30',
    '2025-02-29',
    '2026-6-1',
    '2026-13-01',
    '30-06-2026',
    '2026-06-30T00:00:00Z',
    '',
    ' 2026-06-30',
  ])
    it(`"${text}" is none`, () => assert.ok(!isCalendarDate(text)));
});
