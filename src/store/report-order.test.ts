import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOlder } from './report-order.ts';

type Times = readonly [observedAt: string, receivedAt: string];

const cases: readonly (readonly [shows: string, report: Times, held: Times | undefined, older: boolean])[] = [
  ['the first report', ['2026-06-10T07:00Z', '2026-06-10T08:00Z'], undefined, false],
  [
    'one that was seen later',
    ['2026-06-10T07:00Z', '2026-06-10T08:00Z'],
    ['2026-06-09T07:00Z', '2026-06-09T08:00Z'],
    false,
  ],
  [
    'one that was seen before',
    ['2026-06-08T07:00Z', '2026-06-10T08:00Z'],
    ['2026-06-09T07:00Z', '2026-06-09T08:00Z'],
    true,
  ],
  ['one without a time', ['2026-06-10T08:00Z', '2026-06-10T08:00Z'], ['2026-06-10T08:30Z', '2026-06-10T08:31Z'], false],
  [
    'one beside another without a time',
    ['2026-06-08T07:00Z', '2026-06-10T08:00Z'],
    ['2026-06-09T08:00Z', '2026-06-09T08:00Z'],
    false,
  ],
  [
    'servers whose clocks differ a little',
    ['2026-06-10T07:00Z', '2026-06-10T08:00Z'],
    ['2026-06-10T07:30Z', '2026-06-10T08:05Z'],
    true,
  ],
  [
    'after the clocks were a year ahead',
    ['2026-06-10T07:00Z', '2026-06-10T08:00Z'],
    ['2027-06-10T07:00Z', '2027-06-10T07:01Z'],
    false,
  ],
  [
    'after the clocks were two hours ahead',
    ['2026-06-10T07:55Z', '2026-06-10T08:00Z'],
    ['2026-06-10T09:50Z', '2026-06-10T10:00Z'],
    false,
  ],
];

function instant(text: string): string {
  return new Date(text).toISOString();
}

describe('which of two reports of a source stands', () => {
  for (const [shows, [observedAt, receivedAt], held, older] of cases) {
    it(shows, () => {
      const report = { observedAt: instant(observedAt), device: { reportedAt: instant(receivedAt) } };
      const kept = held === undefined ? undefined : { observedAt: instant(held[0]), receivedAt: instant(held[1]) };
      assert.equal(isOlder(report, kept), older);
    });
  }
});
