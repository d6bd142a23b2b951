import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSearch, writeSearch } from './url-search.ts';

const cases: readonly (readonly [says: string, search: Record<string, string>, text: string])[] = [
  ['nothing', {}, ''],
  ['a number stays text', { missing: '5034127' }, '?missing=5034127'],
  ['several values stay readable', { coverage: 'assessed,partly-assessed' }, '?coverage=assessed,partly-assessed'],
  ['spaces and signs', { q: 'a b&c=d#é' }, '?q=a+b%26c%3Dd%23%C3%A9'],
];

describe('the search of an address', () => {
  for (const [says, search, text] of cases) {
    it(`is written: ${says}`, () => assert.equal(writeSearch(search), text));
    it(`is read: ${says}`, () => assert.deepEqual(readSearch(text), search));
  }

  it('leaves out what is empty', () => assert.equal(writeSearch({ q: '', sort: undefined, cols: 'kb' }), '?cols=kb'));
});
