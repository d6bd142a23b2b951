/** Numbers texts in the order they come; `sorted` renumbers them once all are known. */
export class Dictionary {
  private readonly numbers = new Map<string, number>();

  /** The text's number, a new one at first sight. */
  add(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(text, number);
    }
    return number;
  }

  /** The same numbers for other texts: `change` must keep different texts different. */
  mapped(change: (text: string) => string): Dictionary {
    const dictionary = new Dictionary();
    for (const text of this.numbers.keys()) dictionary.add(change(text));
    return dictionary;
  }

  sorted(compare: (a: string, b: string) => number): SortedDictionary {
    return this.inOrder([...this.numbers.keys()].sort(compare));
  }

  /** For texts that are lists of numbers, `12 7 9`: by their first number, then the second, shorter lists first. */
  sortedAsNumbers(): SortedDictionary {
    const keyed = Array.from(this.numbers.keys(), (text) => ({
      text,
      key: text === '' ? [] : text.split(' ').map(Number),
    }));
    keyed.sort((a, b) => compareLists(a.key, b.key));
    return this.inOrder(keyed.map(({ text }) => text));
  }

  private inOrder(values: readonly string[]): SortedDictionary {
    const renumbering = new Int32Array(values.length);
    values.forEach((text, index) => (renumbering[this.numbers.get(text) ?? 0] = index));
    return { values, renumbered: (number) => renumbering[number] ?? 0 };
  }
}

function compareLists(left: readonly number[], right: readonly number[]): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export interface SortedDictionary {
  readonly values: readonly string[];
  /** The place in `values` of what `add` numbered so. */
  renumbered(number: number): number;
}
