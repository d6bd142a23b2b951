/** Rows of three numbers, sorted by the first, the second and the third, one column each. */
export interface SortedTriples {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly third: Int32Array;
}

/** Rows of three numbers, one row after the other, and the places that stand for these numbers; without places they stay. */
export interface Triples {
  readonly flat: Int32Array;
  readonly places?: readonly [Int32Array | undefined, Int32Array | undefined, Int32Array | undefined];
}

/**
 * `second` and `third` are below their bounds. Each row is one number while it is sorted (far below 2^53), so that no
 * callback is needed.
 */
export function sortTriples(
  parts: readonly Triples[],
  bounds: { readonly second: number; readonly third: number },
): SortedTriples {
  const [secondBound, thirdBound] = [Math.max(1, bounds.second), Math.max(1, bounds.third)];
  const keys = new Float64Array(parts.reduce((sum, { flat }) => sum + flat.length / 3, 0));
  let at = 0;
  for (const { flat, places: [firsts, seconds, thirds] = [] } of parts) {
    // Row by row without lists of three: code that runs once is not compiled, and each list would be made.
    for (let index = 0; index < flat.length; index += 3) {
      const first = placeOf(flat[index] ?? 0, firsts);
      const second = placeOf(flat[index + 1] ?? 0, seconds);
      keys[at++] = (first * secondBound + second) * thirdBound + placeOf(flat[index + 2] ?? 0, thirds);
    }
  }
  keys.sort();
  const sorted = {
    first: new Int32Array(keys.length),
    second: new Int32Array(keys.length),
    third: new Int32Array(keys.length),
  };
  for (let row = 0; row < keys.length; row += 1) {
    const key = keys[row] ?? 0;
    const rest = Math.floor(key / thirdBound);
    const first = Math.floor(rest / secondBound);
    sorted.third[row] = key - rest * thirdBound;
    sorted.first[row] = first;
    sorted.second[row] = rest - first * secondBound;
  }
  return sorted;
}

function placeOf(number: number, places: Int32Array | undefined): number {
  return places === undefined ? number : (places[number] ?? 0);
}

/** Stretches of sorted rows with the same first and second number, a column each. */
export interface TripleGroups {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly length: Int32Array;
}

export function groupTriples({ first, second }: SortedTriples): TripleGroups {
  const starts = new Int32Array(first.length + 1);
  let count = 0;
  for (let row = 0; row < first.length; row += 1) {
    if (row === 0 || first[row] !== first[row - 1] || second[row] !== second[row - 1]) starts[count++] = row;
  }
  starts[count] = first.length;
  const groups = { first: new Int32Array(count), second: new Int32Array(count), length: new Int32Array(count) };
  for (let group = 0; group < count; group += 1) {
    const start = starts[group] ?? 0;
    groups.first[group] = first[start] ?? 0;
    groups.second[group] = second[start] ?? 0;
    groups.length[group] = (starts[group + 1] ?? 0) - start;
  }
  return groups;
}
