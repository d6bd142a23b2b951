import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { etagOf, isHeld } from './conditional.ts';

describe('If-None-Match', () => {
  const cases: readonly [says: string, header: string | undefined, isThere: boolean][] = [
    ['none', undefined, false],
    ['the tag', 'W/"abc"', true],
    ['the tag as a strong one', '"abc"', true],
    ['any', ' * ', true],
    ['in a list', '"x", W/"abc" , "y"', true],
    ['a list without it', '"x","abcd"', false],
    ['a comma inside a tag', '"x,abc"', false],
    ['without quotes', 'abc', false],
    ['empty', '', false],
  ];
  for (const [says, header, isThere] of cases) it(says, () => assert.equal(isHeld(header, 'W/"abc"'), isThere));
  it('texts and their bytes have one tag, others another', () => {
    assert.equal(etagOf('ä'), etagOf(Buffer.from('ä')));
    assert.notEqual(etagOf('a'), etagOf('b'));
    assert.match(etagOf('a'), /^W\/"[\w-]+"$/);
  });
});
