/** Sorted lists made one; `places[n]` says where each item of list `n` stands in `values`. */
export interface Merged<T> {
  readonly values: readonly T[];
  readonly places: readonly Int32Array[];
}

/** Equal items come together. Each list is sorted by `compare`. */
export function mergeSorted<T>(lists: readonly (readonly T[])[], compare: (a: T, b: T) => number): Merged<T> {
  const items: T[] = [];
  const starts = lists.map((list) => {
    for (const item of list) items.push(item);
    return items.length - list.length;
  });
  // V8's sort finds the stretches that are in order already and merges them.
  const sorted = Array.from(items.keys()).sort((a, b) => compare(items[a] as T, items[b] as T));
  const values: T[] = [];
  const places = new Int32Array(items.length);
  for (const index of sorted) {
    const item = items[index] as T;
    if (values.length === 0 || compare(values.at(-1) as T, item) !== 0) values.push(item);
    places[index] = values.length - 1;
  }
  return { values, places: starts.map((start, list) => places.subarray(start, start + (lists[list]?.length ?? 0))) };
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
