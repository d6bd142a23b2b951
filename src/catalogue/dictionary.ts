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
    const values = [...this.numbers.keys()].sort(compare);
    const renumbering = new Int32Array(values.length);
    values.forEach((text, index) => (renumbering[this.numbers.get(text) ?? 0] = index));
    return { values, renumbered: (number) => renumbering[number] ?? 0 };
  }
}

export interface SortedDictionary {
  readonly values: readonly string[];
  /** The place in `values` of what `add` numbered so. */
  renumbered(number: number): number;
}
