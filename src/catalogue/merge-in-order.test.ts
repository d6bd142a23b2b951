import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inOrder } from './merge-in-order.ts';

describe('rows of several sides', () => {
  const cases: readonly [says: string, sides: readonly number[][], order: string][] = [
    ['one after the other', [[1, 1, 2], [3]], 'a0 a1 a2 b0'],
    ['one between those of another', [[1, 5, 5], [3]], 'a0 b0 a1 a2'],
    ['without those that go', [[1, -1, -1, 4, -1], [2]], 'a0 b0 a3'],
    ['with one key: by side', [[7], [7, 7], [7]], 'a0 b0 b1 c0'],
    ['that are in no order', [[3, 1, 2], [2]], 'a1 a2 b0 a0'],
    ['none', [[], [-1]], ''],
  ];
  for (const [says, sides, order] of cases) {
    it(says, () => assert.equal(orderOf(sides), order));
  }

  it('stand as a stable sort by key puts them', () => {
    const side = fc.array(fc.integer({ min: -1, max: 6 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(side, { maxLength: 4 }), (sides) => {
        const rows = sides.flatMap((keys, each) => keys.map((key, row) => ({ key, name: nameOf(each, row) })));
        const staying = rows.filter(({ key }) => key !== -1).sort((a, b) => a.key - b.key);
        assert.equal(orderOf(sides), staying.map(({ name }) => name).join(' '));
      }),
    );
  });

  it('have zeros for what a side lacks', () => {
    const { joined } = inOrder([Int32Array.of(1, 1, 5), Int32Array.of(3)]);
    assert.deepEqual([...joined([Int32Array.of(8), undefined])], [8, 0, 0, 0]);
  });
});

function nameOf(side: number, row: number): string {
  return `${'abcd'[side]}${row}`;
}

/** Reckoned twice, from the joined columns and from the places. */
function orderOf(sides: readonly (readonly number[])[]): string {
  const keys = sides.map((each) => Int32Array.from(each));
  const { places, joined, keys: sorted } = inOrder(keys);
  const numbers = joined(keys.map((each, side) => each.map((_, row) => side * 100 + row)));
  const names = [...numbers].map((number) => nameOf(Math.floor(number / 100), number % 100));
  keys.forEach((each, side) =>
    each.forEach((key, row) => {
      if (key !== -1) assert.equal(names[places[side]?.[row] ?? -1], nameOf(side, row));
    }),
  );
  assert.deepEqual([...sorted], [...joined(keys)]);
  return names.join(' ');
}
