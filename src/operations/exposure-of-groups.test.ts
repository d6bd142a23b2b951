import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseKbNumber } from '../terms/kb-number.ts';
import { noContribution } from './contribution.ts';
import type { Contribution } from './contribution.ts';
import { ExposureOfGroups } from './exposure-of-groups.ts';

const kb = parseKbNumber('4540673');

/** Devices in state `bad` miss the update. */
function contribute(patchStateId: string): Contribution {
  return { ...noContribution, coverage: 'assessed', missing: patchStateId === 'bad' ? [kb] : [] };
}

interface Device {
  readonly group: string;
  readonly patchStateId: string;
}

const groups = ['', 'a', 'b', 'c'];
const devices = fc.record({ group: fc.constantFrom(...groups), patchStateId: fc.constantFrom('good', 'bad') });
const askedFor = fc.uniqueArray(fc.constantFrom(...groups, 'nobody'), { maxLength: 4 });

function expected(fleet: readonly Device[], seen: ReadonlySet<string> | null): readonly [number, number] {
  const within = fleet.filter(({ group }) => seen?.has(group) ?? true);
  return [within.length, within.filter(({ patchStateId }) => patchStateId === 'bad').length];
}

describe('exposure of groups', () => {
  it('comes right where a device goes before this process hears that it came', () => {
    const exposure = new ExposureOfGroups();
    const change = (group: string, devices: number): void =>
      exposure.change(group, { patchStateId: 'bad', devices }, contribute);
    change('a', 1);
    change('a', -1);
    change('a', -1);
    change('b', 1);
    assert.deepEqual(exposure.devices(), [
      ['a', 'bad', -1],
      ['b', 'bad', 1],
    ]);
    change('a', 1);
    for (const [seen, count] of [
      [null, 1],
      [new Set(['a']), 0],
      [new Set(['a', 'b']), 1],
    ] as const) {
      const of = exposure.of(seen);
      assert.deepEqual([of.countDevices(), of.countMissing(kb), of.states().size], [count, count, count]);
    }
  });

  it('gives for every set of groups what a count of its devices gives, before and after changes', () => {
    fc.assert(
      fc.property(fc.array(devices), fc.array(devices), fc.array(askedFor), (before, after, asked) => {
        const exposure = new ExposureOfGroups();
        const fleet: Device[] = [];
        const add = (device: Device): void => {
          fleet.push(device);
          exposure.change(device.group, { patchStateId: device.patchStateId, devices: 1 }, contribute);
        };
        const check = (): void => {
          for (const seen of [null, ...asked.map((each) => new Set(each))]) {
            const of = exposure.of(seen);
            assert.deepEqual([of.countCovered('assessed'), of.countMissing(kb)], expected(fleet, seen));
          }
        };
        for (const device of before) add(device);
        check();
        for (const device of after) add(device);
        check();
        for (const { group, patchStateId } of fleet.splice(0, before.length))
          exposure.change(group, { patchStateId, devices: -1 }, contribute);
        check();
      }),
    );
  });
});
