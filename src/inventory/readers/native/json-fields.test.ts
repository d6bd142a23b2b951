import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JsonFields } from './json-fields.ts';

const instantOf = (text: string): string | undefined => new JsonFields('it', '', { at: text }).instant('at');

describe('an instant', () => {
  for (const [text, instant] of [
    ['2026-06-10T08:00:00Z', '2026-06-10T08:00:00.000Z'],
    ['2024-02-29T23:30:00-02:00', '2024-03-01T01:30:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['2026-12-31T00:30:00+01:00', '2026-12-30T23:30:00.000Z'],
  ] as const) {
    it(`is read: ${text}`, () => assert.equal(instantOf(text), instant));
  }

  for (const text of [
    '2026-02-30T08:00:00Z',
    '2026-02-29T08:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00+02:00',
    '2026-06-31',
    '2026-13-01T00:00:00Z',
    '2026-00-10',
    '2026-01-00',
    'yesterday',
  ]) {
    it(`is refused: ${text}`, () =>
      assert.throws(() => instantOf(text), { name: 'InventoryFormatError', message: /at to be a time such as/ }));
  }
});
