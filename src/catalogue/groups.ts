/** Lists of numbers, one after the other in one array: group `n` runs from `starts[n]` to `starts[n + 1]`. */
export class Groups {
  readonly count: number;
  private readonly starts: Int32Array;
  private readonly items: Int32Array;

  private constructor(starts: Int32Array, items: Int32Array) {
    this.count = starts.length - 1;
    this.starts = starts;
    this.items = items;
  }

  static fromLengths(lengths: Int32Array, items: Int32Array): Groups {
    const starts = new Int32Array(lengths.length + 1);
    for (let index = 0; index < lengths.length; index += 1) {
      starts[index + 1] = (starts[index] ?? 0) + (lengths[index] ?? 0);
    }
    return new Groups(starts, items);
  }

  /** Group `k` holds the places at which `keys` is `k`, ascending. */
  static byKey(keys: Int32Array, count: number): Groups {
    const lengths = new Int32Array(count);
    for (const key of keys) lengths[key] = (lengths[key] ?? 0) + 1;
    const groups = Groups.fromLengths(lengths, new Int32Array(keys.length));
    const next = groups.starts.slice();
    for (let place = 0; place < keys.length; place += 1) {
      const key = keys[place] ?? 0;
      groups.items[next[key] ?? 0] = place;
      next[key] = (next[key] ?? 0) + 1;
    }
    return groups;
  }

  /** The group of each item's place. */
  owners(): Int32Array {
    const owners = new Int32Array(this.items.length);
    for (let group = 0; group < this.count; group += 1) {
      owners.fill(group, this.starts[group] ?? 0, this.starts[group + 1] ?? 0);
    }
    return owners;
  }

  /** Where a group begins among all items; the count of groups gives where the last one ends. */
  start(group: number): number {
    return this.starts[group] ?? 0;
  }

  /** A view, not a copy. */
  of(group: number): Int32Array {
    return this.items.subarray(this.starts[group] ?? 0, this.starts[group + 1] ?? 0);
  }

  /** The groups in which an item stands, ascending; each is looked through. */
  with(item: number): readonly number[] {
    const found: number[] = [];
    const { items, starts } = this;
    for (let at = items.indexOf(item), group = 0; at !== -1; at = items.indexOf(item, at + 1)) {
      while ((starts[group + 1] ?? 0) <= at) group += 1;
      if (found.at(-1) !== group) found.push(group);
    }
    return found;
  }

  /** Group `i` of the result holds the groups of this one in which item `i` stands. */
  inverted(itemCount: number): Groups {
    const lengths = new Int32Array(itemCount);
    for (const item of this.items) lengths[item] = (lengths[item] ?? 0) + 1;
    const groups = Groups.fromLengths(lengths, new Int32Array(this.items.length));
    const next = groups.starts.slice();
    for (let group = 0; group < this.count; group += 1) {
      for (const item of this.of(group)) {
        groups.items[next[item] ?? 0] = group;
        next[item] = (next[item] ?? 0) + 1;
      }
    }
    return groups;
  }

  /** How many items several groups have together. */
  countAll(groups: Iterable<number>): number {
    let count = 0;
    for (const group of groups) count += (this.starts[group + 1] ?? 0) - (this.starts[group] ?? 0);
    return count;
  }

  /** The items of several groups in one new array. */
  gather(groups: Iterable<number>): Int32Array {
    const gathered = new Int32Array(this.countAll(groups));
    let at = 0;
    for (const group of groups) {
      const items = this.of(group);
      gathered.set(items, at);
      at += items.length;
    }
    return gathered;
  }
}
