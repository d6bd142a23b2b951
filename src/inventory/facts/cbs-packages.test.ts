import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatWindowsBuild } from '../../terms/windows-build.ts';
import type { UpdateState } from '../installed-update.ts';
import { factsOfNames, factsOfPackages, packageName, stateOfCurrentState, stateOfDism } from './cbs-packages.ts';

const rollup = (version: string): string => `Package_for_RollupFix~31bf3856ad364e35~amd64~~${version}`;

describe('states of packages', () => {
  /** Microsoft's servicing states chart, and the DISM API's enumeration. */
  const states: readonly [says: string, found: UpdateState | undefined, expected: UpdateState | undefined][] = [
    ['0x70 is installed', stateOfCurrentState(112), 'installed'],
    ['0x80 is permanent', stateOfCurrentState(128), 'installed'],
    ['0x50 is superseded', stateOfCurrentState(80), 'superseded'],
    ['0x60 is pending', stateOfCurrentState(96), 'pending'],
    ['0x05 is being taken off', stateOfCurrentState(5), 'pending'],
    ['0x40 is staged', stateOfCurrentState(64), 'staged'],
    ['0x65 is there in part', stateOfCurrentState(101), 'staged'],
    ['another number is none', stateOfCurrentState(113), undefined],
    ['DISM 4', stateOfDism('4'), 'installed'],
    ['DISM 6', stateOfDism('6'), 'superseded'],
    ['DISM 9 is none', stateOfDism('9'), undefined],
    ['with a blank', stateOfDism('Install Pending'), 'pending'],
    ['a key of every object is no state', stateOfDism('constructor'), undefined],
  ];
  for (const [says, found, expected] of states) it(says, () => assert.equal(found, expected));
});

describe('a list of packages', () => {
  const listed = (version: string, state: UpdateState | undefined) => ({
    name: rollup(version),
    state,
    installedOn: undefined,
  });

  it('has the level of the newest roll-up that is installed, in any order', () => {
    const packages = [
      listed('19041.3930.1.11', 'installed'),
      listed('19041.4046.1.3', 'pending'),
      listed('19041.4170.1.3', undefined),
      listed('19041.985.1.6', 'installed'),
    ];
    for (const order of [packages, packages.toReversed()])
      assert.deepEqual(factsOfPackages(order).rollupLevel, { major: 10, minor: 0, build: 19041, ubr: 3930 });
  });

  it('has none where none is installed', () =>
    assert.equal(factsOfPackages([listed('19041.3930.1.11', 'staged')]).rollupLevel, undefined));

  it('tells of a restart where a package is pending, not where one is staged', () => {
    assert.equal(factsOfPackages([listed('19041.3930.1.11', 'pending')]).pendingReboot, true);
    assert.equal(factsOfPackages([listed('19041.3930.1.11', 'staged')]).pendingReboot, undefined);
    assert.equal(factsOfPackages([listed('19041.3930.1.11', 'installed')]).pendingReboot, undefined);
  });

  it('is told apart from files of packages', () => {
    assert.equal(packageName.exec(`x ${rollup('19041.3930.1.11')} y`)?.[1], rollup('19041.3930.1.11'));
    assert.equal(packageName.exec(`${rollup('19041.3930.1.11')}.mum`), null);
  });
});

describe('a list of names without states', () => {
  const kb = (version: string): string => `Package_for_KB5034122~31bf3856ad364e35~amd64~~${version}`;
  /** Microsoft, "CBS Servicing States Chart": a package stays known while it is staged, pending or superseded. */
  const lists: readonly [says: string, names: readonly string[], expected: readonly (string | undefined)[]][] = [
    ['one roll-up is the level', [rollup('19041.3930.1.9')], ['10.0.19041.3930']],
    [
      'of several the newest, or the one below',
      ['19041.3636.1.8', '19041.3930.1.9', '19041.3803.1.9'].map(rollup),
      ['10.0.19041.3930', '10.0.19041.3803'],
    ],
    ['one that is named twice is one', [rollup('19041.3930.1.9'), rollup('19041.3930.1.9')], ['10.0.19041.3930']],
    ['a number that was cut is none', [rollup('19041.39')], []],
    ['an update counts', [kb('19041.3930.1.1')], [undefined, undefined, '5034122']],
    [
      'an update of the level that is not sure does not',
      [rollup('19041.3803.1.9'), rollup('19041.3930.1.9'), kb('19041.3930.1.1')],
      ['10.0.19041.3930', '10.0.19041.3803'],
    ],
    [
      'an older one does',
      [rollup('19041.3803.1.9'), rollup('19041.3930.1.9'), kb('19041.1799.1.2')],
      ['10.0.19041.3930', '10.0.19041.3803', '5034122'],
    ],
  ];
  for (const [says, names, [level, from, update]] of lists) {
    it(says, () => {
      const { rollupLevel, rollupLevelFrom, updates } = factsOfNames(names);
      assert.deepEqual(
        [rollupLevel, rollupLevelFrom].map((build) => build && formatWindowsBuild(build)),
        [level, from],
      );
      assert.deepEqual(
        updates.map((each) => each.kb as string),
        update === undefined ? [] : [update],
      );
    });
  }
});
