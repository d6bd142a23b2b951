import { Groups } from './groups.ts';
import type { Places } from './merge-places.ts';

/** Rows of several sides in the order of a key; rows with the same key stay in order, by side. */
export interface RowsInOrder {
  /** Of each row that stays. */
  readonly keys: Int32Array;
  /** Where each row of a side stands in the result. */
  readonly places: Places;
  /** A column of each side, put together: a side without the column, or with a shorter one, has zeros. */
  joined(columns: readonly (ArrayLike<number> | undefined)[]): Int32Array;
}

/** `keysOfSides`: of each row a small number, or -1 for one that goes. */
export function inOrder(keysOfSides: readonly Int32Array[]): RowsInOrder {
  const starts: number[] = [];
  let total = 0;
  let highest = -1;
  for (const keys of keysOfSides) {
    starts.push(total);
    total += keys.length;
    for (const key of keys) if (key > highest) highest = key;
  }
  // Key 0 is for those that go.
  const shifted = new Int32Array(total);
  keysOfSides.forEach((keys, side) => {
    const start = starts[side] ?? 0;
    for (let row = 0; row < keys.length; row += 1) shifted[start + row] = (keys[row] ?? -1) + 1;
  });
  const groups = Groups.byKey(shifted, highest + 2);
  const order = groups.gather(Array.from({ length: highest + 1 }, (_, key) => key + 1));
  const places = new Int32Array(total);
  const keys = new Int32Array(order.length);
  for (let place = 0; place < order.length; place += 1) {
    const row = order[place] ?? 0;
    places[row] = place;
    keys[place] = (shifted[row] ?? 0) - 1;
  }
  const ofSide = (side: number): Int32Array => places.subarray(starts[side], starts[side + 1] ?? total);
  return {
    keys,
    places: keysOfSides.map((_, side) => ofSide(side)),
    joined(columns) {
      const result = new Int32Array(order.length);
      keysOfSides.forEach((sideKeys, side) => {
        const [column, at] = [columns[side], ofSide(side)];
        for (let row = 0; row < sideKeys.length; row += 1)
          if (sideKeys[row] !== -1) result[at[row] ?? 0] = column?.[row] ?? 0;
      });
      return result;
    },
  };
}
