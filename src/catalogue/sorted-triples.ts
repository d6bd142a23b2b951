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
    for (let index = 0; index < flat.length; index += 3) {
      const [first, second, third] = [flat[index] ?? 0, flat[index + 1] ?? 0, flat[index + 2] ?? 0];
      keys[at++] =
        (placeOf(first, firsts) * secondBound + placeOf(second, seconds)) * thirdBound + placeOf(third, thirds);
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
    sorted.third[row] = key - rest * thirdBound;
    sorted.first[row] = Math.floor(rest / secondBound);
    sorted.second[row] = rest % secondBound;
  }
  return sorted;
}

function placeOf(number: number, places: Int32Array | undefined): number {
  return places === undefined ? number : (places[number] ?? 0);
}

/** Stretches of sorted rows with the same first and second number, `[first, second, length]`. */
export function groupTriples({ first, second }: SortedTriples): number[][] {
  const groups: [number, number, number][] = [];
  for (let row = 0; row < first.length; row += 1) {
    const last = groups.at(-1);
    if (last !== undefined && last[0] === first[row] && last[1] === second[row]) last[2] += 1;
    else groups.push([first[row] ?? 0, second[row] ?? 0, 1]);
  }
  return groups;
}
