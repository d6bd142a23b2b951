import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long work on the one thread, cut so that other work has its turn after so many milliseconds. */
export class Turn {
  readonly #longestMs: number;
  #began = performance.now();

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  get isOver(): boolean {
    return performance.now() - this.#began >= this.#longestMs;
  }

  /** Lets other work go first, and begins anew. */
  async pass(): Promise<void> {
    await nextTurn();
    this.#began = performance.now();
  }
}
