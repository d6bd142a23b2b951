import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitsPattern } from './pattern.ts';

const cases: readonly [pattern: string, text: string, fits: boolean][] = [
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['srv-*', 'srv-01', true],
  ['srv-*', 'srv-', true],
  ['srv-*', 'xsrv-01', false],
  ['*.contoso.com', 'pc1.contoso.com', true],
  ['*.contoso.com', 'contoso.com', false],
  ['pc?', 'pc1', true],
  ['pc?', 'pc', false],
  ['pc?', 'pc12', false],
  ['*a*b', 'xaxaxb', true],
  ['*a*b', 'xaxaxbx', false],
  ['a.c', 'abc', false],
  ['[a]', 'a', false],
  ['**', 'anything', true],
  // Exponential where stars are tried one inside the other.
  [`${'*a'.repeat(60)}b`, 'a'.repeat(250), false],
];

describe('patterns of names', () => {
  for (const [pattern, text, fits] of cases)
    it(`${pattern.slice(0, 20)} ${fits ? 'fits' : 'does not fit'} ${text.slice(0, 20)}`, () =>
      assert.equal(fitsPattern(pattern, text), fits));
});
