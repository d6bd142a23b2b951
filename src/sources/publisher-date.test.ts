import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { latestDate, tryParseFeedDate, tryParseInstant } from './publisher-date.ts';

/** As MSRC, CISA, FIRST, Microsoft's pages and endoflife.date have written dates. */
const dates: readonly [says: string, text: string, instant: string | undefined, feedDate?: string][] = [
  ['UTC', '2026-06-30T14:00:00Z', '2026-06-30T14:00:00Z'],
  ['UTC in a small letter', '2026-06-30T14:00:00z', '2026-06-30T14:00:00Z'],
  ['without a zone: UTC', '2026-06-09T07:00:00', '2026-06-09T07:00:00Z'],
  ['a fraction of nothing', '2026-06-30T14:00:12.0000000Z', '2026-06-30T14:00:12Z'],
  ['a fraction', '2026-06-30T14:00:12.2506Z', '2026-06-30T14:00:12.250Z', '2026-06-30T14:00:12Z'],
  ['a zone with a colon', '2026-06-30T14:00:00+02:00', '2026-06-30T12:00:00Z'],
  ['a zone without', '2026-06-30T00:00:00+0000', '2026-06-30T00:00:00Z'],
  ['a blank instead of T', '2026-06-30 14:00:00', '2026-06-30T14:00:00Z'],
  ['no seconds', '2026-06-30T14:00', '2026-06-30T14:00:00Z'],
  ['blanks around', ' 2026-06-30T14:00:00Z\n', '2026-06-30T14:00:00Z'],
  ['a day', '2026-06-30', '2026-06-30T00:00:00Z', '2026-06-30'],
  ['a day with strokes', '2026/06/30', '2026-06-30T00:00:00Z', '2026-06-30'],
  ['of RSS', 'Tue, 09 Jun 2026 17:00:00 GMT', '2026-06-09T17:00:00Z'],
  ['of RSS, with a zone', 'Tue, 9 Jun 2026 17:00:00 -0700', '2026-06-10T00:00:00Z'],
  ['the 31st of June', '2026-06-31', undefined],
  ['the 31st of June at a time', '2026-06-31T00:00:00Z', undefined],
  ['25 o’clock', '2026-06-30T25:00:00Z', undefined],
  ['a number', '20260630', undefined],
  ['words', 'June 30, 2026', undefined],
  ['nothing', '', undefined],
  ['a long text', '2026-06-30T14:00:00Z'.repeat(1000), undefined],
];

describe("a publisher's date", () => {
  for (const [says, text, instant, feedDate = instant] of dates)
    it(says, () => assert.deepEqual([tryParseInstant(text), tryParseFeedDate(text)], [instant, feedDate]));

  it('the latest of some counts', () =>
    assert.equal(latestDate(['2026-06-30', undefined, '2026-07-01T00:00:00Z', '2026-06-01']), '2026-07-01T00:00:00Z'));
});
