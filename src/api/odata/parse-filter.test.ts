import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FilterTree } from '../../store/filter.ts';
import { ApiError } from '../errors.ts';
import { parseFilter } from './parse-filter.ts';

const name = (operator: 'eq' | 'ne', value: string | null): FilterTree => ({
  kind: 'compare',
  property: 'name',
  operator,
  value,
});
const platform = (value: string): FilterTree => ({ kind: 'compare', property: 'osPlatform', operator: 'eq', value });
const seen = (operator: 'gt' | 'ge' | 'lt' | 'le' | 'eq', value: string): FilterTree => ({
  kind: 'compare',
  property: 'reportedAt',
  operator,
  value,
});
const yes: FilterTree = { kind: 'constant', value: true };
const no: FilterTree = { kind: 'constant', value: false };

/** As scripts, connectors and documentation write them. */
const good: readonly [filter: string, tree: FilterTree][] = [
  ["computerDnsName eq 'pc1'", name('eq', 'pc1')],
  ["ComputerDnsName EQ 'pc1'", name('eq', 'pc1')],
  ["  computerDnsName   eq  'pc1'  ", name('eq', 'pc1')],
  ["computerDnsName eq 'O''Brien'", name('eq', "O'Brien")],
  ["computerDnsName eq ''", name('eq', '')],
  ['computerDnsName eq null', name('eq', null)],
  ["computerDnsName ne 'pc1'", name('ne', 'pc1')],
  ["(computerDnsName eq 'pc1')", name('eq', 'pc1')],
  ["not computerDnsName eq 'pc1'", { kind: 'not', operand: name('eq', 'pc1') }],
  ["not(computerDnsName eq 'pc1')", { kind: 'not', operand: name('eq', 'pc1') }],
  [
    "osPlatform eq 'Windows10' and computerDnsName eq 'a'",
    { kind: 'and', operands: [platform('Windows10'), name('eq', 'a')] },
  ],
  [
    "osPlatform eq 'Windows10' AND computerDnsName eq 'a'",
    { kind: 'and', operands: [platform('Windows10'), name('eq', 'a')] },
  ],
  [
    "osPlatform eq 'A' or osPlatform eq 'B' and computerDnsName eq 'a'",
    { kind: 'or', operands: [platform('A'), { kind: 'and', operands: [platform('B'), name('eq', 'a')] }] },
  ],
  ["startswith(computerDnsName,'pc')", { kind: 'text', property: 'name', operator: 'startswith', value: 'pc' }],
  ["startsWith( computerDnsName , 'pc' )", { kind: 'text', property: 'name', operator: 'startswith', value: 'pc' }],
  [
    "endswith(computerDnsName,'.local') eq true",
    { kind: 'text', property: 'name', operator: 'endswith', value: '.local' },
  ],
  [
    "contains(computerDnsName,'x') eq false",
    { kind: 'not', operand: { kind: 'text', property: 'name', operator: 'contains', value: 'x' } },
  ],
  ["id in ('a','b')", { kind: 'in', property: 'id', values: ['a', 'b'] }],
  ["healthStatus in ('Active','Unknown')", yes],
  ['lastSeen gt 2018-08-01Z', seen('gt', '2018-08-01T00:00:00.000Z')],
  ['lastSeen ge 2019-11-22T00:00:00Z', seen('ge', '2019-11-22T00:00:00.000Z')],
  ['lastSeen lt 2019-11-22T00:00:00.1234567Z', seen('lt', '2019-11-22T00:00:00.123Z')],
  ["lastSeen le '2019-11-22T00:00:00Z'", seen('le', '2019-11-22T00:00:00.000Z')],
  ['lastSeen gt 2019-11-22', seen('gt', '2019-11-22T00:00:00.000Z')],
  ['lastSeen gt 2019-11-22T02:00:00+02:00', seen('gt', '2019-11-22T00:00:00.000Z')],
  ["riskScore eq 'High'", no],
  ["RiskScore eq 'none'", yes],
  ["onboardingStatus ne 'Onboarded'", yes],
  ['rbacGroupId eq 0', yes],
  ["lastIpAddress eq '10.0.0.1'", { kind: 'compare', property: 'ipAddresses', operator: 'eq', value: '10.0.0.1' }],
  ["machineTags eq 'a b'", { kind: 'compare', property: 'tags', operator: 'eq', value: 'a b' }],
];

const bad: readonly [filter: string, message: RegExp][] = [
  ["computerDnsName eq 'pc1", /unexpected .* at position 20/],
  ['computerDnsName eq', /expected a value at position 19, got the end/],
  ["computerDnsName like 'pc1'", /expected one of eq.*at position 17/],
  ["eq 'pc1'", /cannot be filtered by|expected/],
  ["hostname eq 'pc1'", /cannot be filtered by "hostname" \(position 1\)/],
  ["__proto__ eq 'x'", /cannot be filtered by/],
  ["(computerDnsName eq 'a'", /expected "\)"/],
  ["computerDnsName eq 'a')", /expected "and", "or" or the end at position 23/],
  ["substringof('a',computerDnsName)", /unknown function "substringof"/],
  ["startswith(computerDnsName 'a')", /expected ","/],
  ["computerDnsName eq 'a' and", /got the end/],
  ["lastSeen gt 'yesterday'", /expected a date such as/],
  ['lastSeen gt 2019-13-45', /expected a date such as/],
  ["id in 'a'", /expected "\("/],
  ['computerDnsName eq %', /unexpected "%" at position 20/],
  [`${'('.repeat(5000)}id eq 'a'${')'.repeat(5000)}`, /characters|deeper than 50/],
  [`${'('.repeat(60)}id eq 'a'${')'.repeat(60)}`, /deeper than 50/],
  ['x'.repeat(9000), /9000 characters/],
];

describe('$filter over machines', () => {
  for (const [filter, tree] of good) it(filter, () => assert.deepEqual(parseFilter(filter), tree));
  for (const [filter, message] of bad) {
    it(`refuses ${filter.slice(0, 60)}`, () => {
      assert.throws(
        () => parseFilter(filter),
        (error: unknown) => {
          assert.ok(error instanceof ApiError);
          assert.deepEqual([error.status, error.code], [400, 'ODataError']);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
  it('never throws anything else', () => {
    const word = fc.constantFrom(
      'id',
      'computerDnsName',
      'eq',
      'and',
      'or',
      'not',
      '(',
      ')',
      "'a'",
      'in',
      ',',
      '2020-01-01',
      'null',
      'startswith',
      '7',
      '%',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        try {
          parseFilter(filter);
        } catch (error) {
          assert.ok(error instanceof ApiError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
