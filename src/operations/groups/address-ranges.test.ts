import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AddressRanges } from './address-ranges.ts';

const cases: readonly [range: string, address: string, has: boolean][] = [
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.4', false],
  ['10.1.0.0/16', '10.1.255.255', true],
  ['10.1.0.0/16', '10.2.0.0', false],
  ['10.1.2.3/0', '192.168.0.1', true],
  ['10.1.0.10-10.1.0.90', '10.1.0.90', true],
  ['10.1.0.10 - 10.1.0.90', '10.1.0.91', false],
  ['2001:db8::/32', '2001:DB8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['fe80::/10', 'fe80::1%12', true],
  ['10.0.0.0/8', 'not an address', false],
  ['10.0.0.0/8', '', false],
];

describe('ranges of addresses', () => {
  for (const [range, address, has] of cases)
    it(`${range} ${has ? 'has' : 'has not'} ${address}`, () => {
      const ranges = new AddressRanges();
      assert.equal(ranges.add(range), true);
      assert.equal(ranges.has(address), has);
    });
  for (const text of [
    '',
    '10.1',
    '10.1.0.0/33',
    '10.1.0.0/',
    '10.1.0.0/-1',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-::1',
    'pc1',
    '::/129',
  ])
    it(`${JSON.stringify(text)} is none`, () => assert.equal(new AddressRanges().add(text), false));
});
