import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseInstant } from './instant.ts';

const cases: readonly { says: string; text: string; iso?: string; isExact?: boolean }[] = [
  { says: 'seconds', text: '2019-11-22T00:00:00Z', iso: '2019-11-22T00:00:00.000Z' },
  { says: 'seven decimals', text: '2018-08-02T14:55:03.7791856Z', iso: '2018-08-02T14:55:03.779Z', isExact: false },
  { says: 'seven decimals, the last four zero', text: '2018-08-02T14:55:03.7790000Z', iso: '2018-08-02T14:55:03.779Z' },
  { says: 'one decimal', text: '2018-08-02T14:55:03.5Z', iso: '2018-08-02T14:55:03.500Z' },
  { says: 'a date with Z', text: '2018-08-01Z', iso: '2018-08-01T00:00:00.000Z' },
  { says: 'a date', text: '2018-08-01', iso: '2018-08-01T00:00:00.000Z' },
  { says: 'no zone is UTC', text: '2018-08-01T10:00', iso: '2018-08-01T10:00:00.000Z' },
  { says: 'an offset', text: '2018-08-01T01:00:00+02:00', iso: '2018-07-31T23:00:00.000Z' },
  { says: 'small letters', text: '2018-08-01t01:00:00z', iso: '2018-08-01T01:00:00.000Z' },
  { says: 'a leap day', text: '2024-02-29', iso: '2024-02-29T00:00:00.000Z' },
  { says: 'no leap day', text: '2023-02-29' },
  { says: 'the 31st of June', text: '2026-06-31' },
  { says: 'hour 25', text: '2026-06-10T25:00:00Z' },
  { says: 'a year of five digits', text: '12026-06-10' },
  { says: 'an instant beyond year 9999', text: '9999-12-31T23:59:59-10:00' },
  { says: 'words', text: 'yesterday' },
  { says: 'nothing', text: '' },
];

describe('parseInstant', () => {
  for (const { says, text, iso, isExact = true } of cases) {
    it(`${says}: ${text || '(empty)'}`, () => {
      assert.deepEqual(parseInstant(text), iso === undefined ? undefined : { iso, isExact });
    });
  }
});
