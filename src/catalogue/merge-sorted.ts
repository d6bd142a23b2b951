/** Two sorted lists made one; `left` and `right` say where each of their items stands in `values`. */
export interface Merged<T> {
  readonly values: readonly T[];
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** Equal items come together. Both lists are sorted by `compare`, without equal items in one of them. */
export function mergeSorted<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): Merged<T> {
  const values: T[] = [];
  const places = { left: new Int32Array(left.length), right: new Int32Array(right.length) };
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    const [a, b] = [left[l], right[r]];
    const order = a === undefined ? 1 : b === undefined ? -1 : compare(a, b);
    const next = order <= 0 ? a : b;
    if (next === undefined) break;
    if (order <= 0) places.left[l++] = values.length;
    if (order >= 0) places.right[r++] = values.length;
    values.push(next);
  }
  return { values, ...places };
}

/** By code point. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By their first number, then the second, shorter lists first. */
export function compareNumberLists(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
