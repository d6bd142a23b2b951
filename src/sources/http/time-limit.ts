/** How long one answer may take: its head, and all of it. Ends what is under way through `signal`. */
export class TimeLimit {
  readonly #stop = new AbortController();
  readonly #head: NodeJS.Timeout | undefined;
  readonly #whole: NodeJS.Timeout | undefined;
  #passedMs = 0;

  /** `Infinity` for no limit. */
  constructor(headMs: number, wholeMs: number) {
    this.#head = this.#limit(headMs);
    this.#whole = this.#limit(wholeMs);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The limit that was passed; 0 where none was. */
  get passedMs(): number {
    return this.#passedMs;
  }

  /** The head has come. */
  answered(): void {
    clearTimeout(this.#head);
  }

  end(): void {
    clearTimeout(this.#head);
    clearTimeout(this.#whole);
  }

  #limit(limitMs: number): NodeJS.Timeout | undefined {
    if (limitMs === Infinity) return undefined;
    return setTimeout(() => {
      this.#passedMs ||= limitMs;
      this.#stop.abort();
    }, limitMs);
  }
}
