/** Where the parts of each catalogue stand in the one that is merged of them. */
export type Places = readonly Int32Array[];

/** From the places of the used ones among themselves to those among all. */
export function spread(used: readonly number[], places: Int32Array | undefined): Int32Array {
  const all = new Int32Array((used.at(-1) ?? -1) + 1);
  used.forEach((number, index) => (all[number] = places?.[index] ?? 0));
  return all;
}

/** One number of each row. */
export function column(rows: readonly ArrayLike<number>[], index: number): Int32Array {
  return Int32Array.from(rows, (row) => row[index] ?? 0);
}
