import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupRow, GroupRule, RuledDevice } from '../../store/group-store.ts';
import { compileRules, parseRule } from './group-rules.ts';

function group(name: string, rule: Partial<GroupRule>): GroupRow {
  return { tenantId: 't', id: 1, name, rank: 1, rule: parseRule(rule), createdAt: '' };
}

function device(more: Partial<RuledDevice> = {}): RuledDevice {
  return {
    name: 'SRV-01.contoso.com',
    tags: ['site:Berlin'],
    osPlatform: 'WindowsServer2019',
    ipAddresses: ['10.1.2.3'],
    ...more,
  };
}

describe('rules of device groups', () => {
  const cases: readonly [says: string, rule: Partial<GroupRule>, device: RuledDevice, fits: boolean][] = [
    ['a rule without conditions fits nothing', {}, device(), false],
    ['a tag, in any case', { tags: ['SITE:berlin'] }, device(), true],
    ['a tag that begins so', { tags: ['site:*'] }, device(), true],
    ['a tag is whole', { tags: ['site'] }, device(), false],
    ['one of several tags', { tags: ['x', 'site:berlin'] }, device({ tags: ['y', 'site:Berlin'] }), true],
    ['no tag', { tags: ['*'] }, device({ tags: [] }), false],
    ['a name by pattern', { names: ['srv-*.CONTOSO.com'] }, device(), true],
    ['no name', { names: ['*'] }, device({ name: null }), false],
    ['a platform by pattern', { osPlatforms: ['windowsserver*'] }, device(), true],
    ['another platform', { osPlatforms: ['Windows10'] }, device(), false],
    ['no platform', { osPlatforms: ['*'] }, device({ osPlatform: null }), false],
    ['any of its addresses', { ipRanges: ['10.1.0.0/16'] }, device({ ipAddresses: ['192.168.0.1', '10.1.2.3'] }), true],
    ['no address', { ipRanges: ['0.0.0.0/0'] }, device({ ipAddresses: [] }), false],
    ['all kinds must fit', { tags: ['site:berlin'], names: ['srv-*'] }, device(), true],
    ['one kind does not fit', { tags: ['site:berlin'], names: ['pc-*'] }, device(), false],
    ['letters beyond ASCII in any case', { names: ['BÜRO*'] }, device({ name: 'büro-1' }), true],
  ];
  for (const [says, rule, each, fits] of cases)
    it(says, () => assert.equal(compileRules([group('g', rule)])(each), fits ? 'g' : ''));

  it('the first that fits decides', () => {
    const groupOf = compileRules([
      group('manual', {}),
      group('paris', { tags: ['site:paris'] }),
      group('servers', { names: ['srv-*'] }),
      group('all', { names: ['*'] }),
    ]);
    assert.equal(groupOf(device()), 'servers');
    assert.equal(groupOf(device({ tags: ['site:paris'] })), 'paris');
    assert.equal(groupOf(device({ name: 'pc' })), 'all');
    assert.equal(groupOf(device({ name: null })), '');
  });

  for (const [says, rule] of [
    ['an empty value', { tags: [' '] }],
    ['no range', { ipRanges: ['10.1'] }],
    ['a value without end', { names: ['x'.repeat(256)] }],
    ['too many', { names: Array.from({ length: 201 }, (_, index) => `x${index}`) }],
  ] as const)
    it(`refuses ${says}`, () => assert.throws(() => parseRule(rule), { code: 'group-format' }));
});
