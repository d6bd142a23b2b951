import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseInstallDay } from './install-day.ts';

/** Midnights are reckoned by hand: 2024-01-10 begins at 1704844800 UTC. */
const days: readonly [says: string, value: unknown, day: string | undefined][] = [
  ['a date', '2024-01-10', '2024-01-10'],
  ['the day as written, whatever the zone', '2024-01-10T00:00:00+13:00', '2024-01-10'],
  ['without separators', '20240110', '2024-01-10'],
  ['midnight in UTC', '/Date(1704844800000)/', '2024-01-10'],
  ['midnight in Berlin', '/Date(1704841200000)/', '2024-01-10'],
  ['midnight in New York', '/Date(1704862800000)/', '2024-01-10'],
  [
    'midnight in Auckland is told by the day shown',
    { value: '/Date(1704798000000)/', DateTime: '10 January 2024 12:00:00 AM' },
    '2024-01-10',
  ],
  [
    'as an object of Windows PowerShell',
    { value: '\\/Date(1704841200000)\\/', DateTime: 'Mittwoch, 10. Januar 2024 00:00:00' },
    '2024-01-10',
  ],
  ['an ISO date under DateTime', { DateTime: '2024-01-10' }, '2024-01-10'],
  ['what only a locale explains', '1/10/2024 12:00:00 AM', undefined],
  ['German', '10.01.2024', undefined],
  ['a day that is none', '2024-13-45', undefined],
  ['the first day of the time', '/Date(0)/', undefined],
  ['nothing', null, undefined],
];

describe('parseInstallDay', () => {
  for (const [says, value, day] of days) it(says, () => assert.equal(parseInstallDay(value), day));
});
