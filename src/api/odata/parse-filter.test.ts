import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FilterTree, StateSet } from '../../store/filter.ts';
import { ApiError } from '../errors.ts';
import { machineType } from '../contract/machine.ts';
import type { MachineState } from '../contract/machine.ts';
import { machineRules, toStoreFilter } from './machine-query.ts';
import { parseFilter } from './parse-filter.ts';

const now = new Date('2026-11-23T12:00:00Z');
const groups = [
  { id: 140, name: 'The-A-Team' },
  { id: 7, name: 'Paris' },
];

const states = new Map<string, MachineState>([
  ['Windows10', { osPlatform: 'Windows10', osBuild: 19045, openCves: 60 }],
  ['A', { osPlatform: 'a', osBuild: 22631, openCves: 0 }],
  ['B', { osPlatform: 'B', osBuild: 26100, openCves: 900 }],
  ['unknown', { osPlatform: null, osBuild: null, openCves: 0 }],
]);

function statesWhere(fits: (state: MachineState) => boolean): StateSet {
  const ids = [...states].flatMap(([id, state]) => (fits(state) ? [id] : []));
  return { ids, devices: ids.length, allDevices: states.size };
}

/** As the store gets it. */
function storeFilter(filter: string): FilterTree {
  return toStoreFilter(parseFilter(filter, machineType, machineRules.fixed), {
    now,
    groups,
    groupIdOf: () => 0,
    statesWhere,
  });
}

const name = (operator: 'eq' | 'ne', value: string | null): FilterTree => ({
  kind: 'compare',
  property: 'name',
  operator,
  value,
});
const platform = (...ids: readonly string[]): FilterTree => ({
  kind: 'states',
  states: { ids, devices: ids.length, allDevices: 4 },
});
const seen = (operator: 'gt' | 'ge' | 'lt' | 'le' | 'eq', value: string): FilterTree => ({
  kind: 'compare',
  property: 'reportedAt',
  operator,
  value,
});
const architecture = (operator: 'eq', value: string): FilterTree => ({
  kind: 'compare',
  property: 'architecture',
  operator,
  value,
});
const tag = (operator: 'eq' | 'ne', value: string): FilterTree => ({
  kind: 'compare',
  property: 'tags',
  operator,
  value,
});
const isNull = (property: 'id'): FilterTree => ({ kind: 'compare', property, operator: 'eq', value: null });
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
  [
    "healthStatus in ('Active','Unknown')",
    { kind: 'or', operands: [{ kind: 'not', operand: seen('lt', '2026-11-16T12:00:00.000Z') }] },
  ],
  ["healthStatus eq 'inactive'", { kind: 'or', operands: [seen('lt', '2026-11-16T12:00:00.000Z')] }],
  ["healthStatus ne 'Unknown'", yes],
  ["osArchitecture eq '32-bit'", { kind: 'or', operands: [architecture('eq', 'x86')] }],
  ["tolower(computerDnsName) eq 'pc1'", name('eq', 'pc1')],
  ["contains(tolower(computerDnsName),'pc')", { kind: 'text', property: 'name', operator: 'contains', value: 'pc' }],
  ["(computerDnsName eq 'pc1') eq false", { kind: 'not', operand: name('eq', 'pc1') }],
  ['aadDeviceId eq 0a0b0c0d-0a0b-0a0b-0a0b-0a0b0c0d0e0f', no],
  ['aadDeviceId eq null', yes],
  ['isExcluded eq false', yes],
  ["isExcluded eq 'true'", no],
  ['rbacGroupId gt -1', yes],
  ["rbacGroupId in ('0',7)", { kind: 'or', operands: [group(''), group('Paris')] }],
  ['id in (null)', { kind: 'or', operands: [{ kind: 'in', property: 'id', values: [] }, isNull('id')] }],
  ["machineTags/any(t: t eq 'lab')", { kind: 'any', property: 'tags', test: tag('eq', 'lab') }],
  ["machineTags/any(t:t ne 'lab')", { kind: 'any', property: 'tags', test: tag('ne', 'lab') }],
  ['MachineTags/Any()', { kind: 'any', property: 'tags', test: undefined }],
  [
    "not machineTags/any(tag: startswith(tag,'a') and tag ne 'ab')",
    {
      kind: 'not',
      operand: {
        kind: 'any',
        property: 'tags',
        test: {
          kind: 'and',
          operands: [{ kind: 'text', property: 'tags', operator: 'startswith', value: 'a' }, tag('ne', 'ab')],
        },
      },
    },
  ],
  ['lastSeen gt 2018-08-01Z', seen('gt', '2018-08-01T00:00:00.000Z')],
  ['lastSeen ge 2019-11-22T00:00:00Z', seen('ge', '2019-11-22T00:00:00.000Z')],
  ['lastSeen lt 2019-11-22T00:00:00.1234567Z', seen('lt', '2019-11-22T00:00:00.1234567Z')],
  ["lastSeen le '2019-11-22T00:00:00Z'", seen('le', '2019-11-22T00:00:00.000Z')],
  ['lastSeen gt 2019-11-22', seen('gt', '2019-11-22T00:00:00.000Z')],
  ['lastSeen gt 2019-11-22T02:00:00+02:00', seen('gt', '2019-11-22T00:00:00.000Z')],
  ["riskScore eq 'High'", no],
  ['riskScore eq None', yes],
  ['deviceValue in (low,NORMAL)', yes],
  ["RiskScore eq 'none'", yes],
  ["onboardingStatus eq 'Onboarded'", yes],
  ['rbacGroupId eq 0', { kind: 'or', operands: [group('')] }],
  ['rbacGroupId eq 140', { kind: 'or', operands: [group('The-A-Team')] }],
  ['rbacGroupId lt 100', { kind: 'or', operands: [group(''), group('Paris')] }],
  ['rbacGroupId eq 5', no],
  ["rbacGroupName eq 'The-A-Team'", { kind: 'or', operands: [group('The-A-Team')] }],
  ["rbacGroupName eq 'UnassignedGroup'", { kind: 'or', operands: [group('')] }],
  ["rbacGroupName ne 'Paris'", { kind: 'or', operands: [group(''), group('The-A-Team')] }],
  ["startswith(rbacGroupName,'The')", { kind: 'or', operands: [group('The-A-Team')] }],
  ["lastIpAddress eq '10.0.0.1'", { kind: 'compare', property: 'lastIpAddress', operator: 'eq', value: '10.0.0.1' }],
  ["osPlatform eq 'WINDOWS10'", platform('Windows10')],
  ["osPlatform ne 'Windows10'", platform('A', 'B', 'unknown')],
  ['osPlatform eq null', platform('unknown')],
  ["startswith(osPlatform,'WIN')", platform('Windows10')],
  ['osBuild gt 19045', platform('A', 'B')],
  ["osBuild in ('19045',26100)", platform('Windows10', 'B')],
  ["exposureLevel in ('High','none')", platform('A', 'B', 'unknown')],
  ["machineTags eq 'a b'", { kind: 'compare', property: 'tags', operator: 'eq', value: 'a b' }],
];

const bad: readonly [filter: string, message: RegExp][] = [
  ["computerDnsName eq 'pc1", /unexpected .* at position 20/],
  ['computerDnsName eq', /expected a value at position 19, got the end/],
  ['riskScore eq Huge', /expected a value at position 14, got "Huge"/],
  ['computerDnsName eq None', /expected a value at position 20, got "None"/],
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
  ['rbacGroupId eq 1x', /unexpected "1x" at position 16/],
  ["rbacGroupId eq 'many'", /expected a number for rbacGroupId at position 16, got "many"/],
  ["isExcluded eq 'maybe'", /expected true or false for isExcluded at position 15/],
  ["vmMetadata eq 'x'", /cannot be filtered by "vmMetadata"/],
  ["computerDnsName/any(t: t eq 'x')", /"any" is for a list of values \(position 1\)/],
  ["machineTags/any(t: x eq 'a')", /expected "t" at position 20, got "x"/],
  ["machineTags/any(t t eq 'a')", /expected ":" at position 19/],
  ["machineTags/all(t: t eq 'a')", /expected|unknown function/],
  [`${'tolower('.repeat(3000)}id${')'.repeat(3000)} eq 'a'`, /characters|deeper than 50/],
  [`${'tolower('.repeat(90)}id${')'.repeat(90)} eq 'a'`, /deeper than 50/],
  ['computerDnsName eq %', /unexpected "%" at position 20/],
  [`${'('.repeat(5000)}id eq 'a'${')'.repeat(5000)}`, /characters|deeper than 50/],
  [`${'('.repeat(60)}id eq 'a'${')'.repeat(60)}`, /deeper than 50/],
  ['x'.repeat(9000), /9000 characters/],
];

describe('$filter over machines', () => {
  for (const [filter, tree] of good) it(filter, () => assert.deepEqual(storeFilter(filter), tree));
  for (const [filter, message] of bad) {
    it(`refuses ${filter.slice(0, 60)}`, () => {
      assert.throws(
        () => storeFilter(filter),
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
      'machineTags/any',
      'tolower',
      't',
      ':',
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
          storeFilter(filter);
        } catch (error) {
          assert.ok(error instanceof ApiError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

function group(value: string): FilterTree {
  return { kind: 'compare', property: 'deviceGroup', operator: 'eq', value };
}
