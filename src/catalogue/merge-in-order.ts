import type { Places } from './merge-places.ts';

/** Rows of several sides in the order of a key; rows with the same key stay in order, by side. */
export interface RowsInOrder {
  /** Of each row that stays. */
  readonly keys: Int32Array;
  /** Where each row of a side stands in the result. */
  readonly places: Places;
  /** A column of each side, put together: a side without the column, or with a shorter one, has zeros. */
  joined(columns: readonly (Int32Array | undefined)[]): Int32Array;
}

/** Rows of one side that follow each other, from one row up to, not including, another. */
interface Stretch {
  readonly side: number;
  readonly start: number;
  readonly end: number;
}

/**
 * `keysOfSides`: of each row a small number, or -1 for one that goes. Sides are mostly in order already and meet at the borders
 * of documents: a few long stretches are copied as they are.
 */
export function inOrder(keysOfSides: readonly Int32Array[]): RowsInOrder {
  const stretches = mergeStretches(
    keysOfSides,
    keysOfSides.flatMap((keys, side) => ascendingStretches(keys, side)),
  );
  const total = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
  const joined = (columns: readonly (Int32Array | undefined)[]): Int32Array => {
    const result = new Int32Array(total);
    let at = 0;
    for (const { side, start, end } of stretches) {
      const column = columns[side];
      if (column !== undefined) result.set(column.subarray(start, end), at);
      at += end - start;
    }
    return result;
  };
  return { keys: joined(keysOfSides), places: placesOfRows(keysOfSides, stretches), joined };
}

function placesOfRows(keysOfSides: readonly Int32Array[], stretches: readonly Stretch[]): Places {
  const places = keysOfSides.map((keys) => new Int32Array(keys.length));
  let place = 0;
  for (const { side, start, end } of stretches) {
    const ofSide = places[side] ?? new Int32Array();
    for (let row = start; row < end; row += 1) ofSide[row] = place++;
  }
  return places;
}

/** Without the rows that go. */
function ascendingStretches(keys: Int32Array, side: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let start = 0;
  let before = -1;
  for (let row = 0; row < keys.length; row += 1) {
    const key = keys[row] ?? -1;
    if (key < before || before === -1) {
      if (before !== -1) stretches.push({ side, start, end: row });
      start = row;
    }
    before = key;
  }
  if (before !== -1) stretches.push({ side, start, end: keys.length });
  return stretches;
}

/** In the order of their keys, cut where others come between. */
function mergeStretches(keysOfSides: readonly Int32Array[], ascending: readonly Stretch[]): readonly Stretch[] {
  const merged: Stretch[] = [];
  const rest = [...ascending];
  const firstKey = ({ side, start }: Stretch): number => keysOfSides[side]?.[start] ?? -1;
  while (rest.length > 0) {
    let [lowest, next] = [0, Infinity];
    let key = Infinity;
    let isNextLater = true;
    rest.forEach((stretch, index) => {
      const other = firstKey(stretch);
      if (other < key) {
        [next, isNextLater] = [key, false];
        [key, lowest] = [other, index];
      } else if (other < next) [next, isNextLater] = [other, true];
    });
    const taken = rest[lowest] as Stretch;
    // With the same key, the rows that came first stand first.
    const end = firstRowFrom(keysOfSides[taken.side] ?? new Int32Array(), taken, isNextLater ? next + 1 : next);
    merged.push({ ...taken, end });
    if (end === taken.end) rest.splice(lowest, 1);
    else rest[lowest] = { ...taken, start: end };
  }
  return merged;
}

/** The first row of a stretch with a key of at least `bound`. */
function firstRowFrom(keys: Int32Array, stretch: Stretch, bound: number): number {
  let [low, high] = [stretch.start, stretch.end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
