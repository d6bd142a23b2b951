const everyMs = 100;

/** Measures how long a request waits for the server to be free: how late a timer is. */
export class EventLoopWait {
  readonly #timer: NodeJS.Timeout;
  #dueAt = performance.now() + everyMs;
  #lastMs = 0;

  constructor() {
    this.#timer = setInterval(() => {
      const at = performance.now();
      this.#lastMs = Math.max(0, at - this.#dueAt);
      this.#dueAt = at + everyMs;
    }, everyMs);
    this.#timer.unref();
  }

  /** As the timer last found it, or what it is late already. */
  get waitMs(): number {
    return Math.max(this.#lastMs, performance.now() - this.#dueAt);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
