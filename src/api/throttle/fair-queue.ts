/** Milliseconds of work between two looks at who else asks. */
const turnMs = 25;
/** So much work within so many milliseconds, and the server is busy. */
const spanMs = 50;
const mostAtOnce = 100;
/** Requests of one client that may wait: more than any script has under way. */
const mostWaiting = 1000;
/** How much one request changes what the next is thought to take. */
const weight = 0.1;

export interface FairQueueOptions {
  /** Calls back once the requests at hand are done and others could be read: `setImmediate`. */
  readonly afterTurn: (done: () => void) => void;
  /** Milliseconds of a clock that is never set: `performance.now`. */
  readonly nowMs: () => number;
}

type Clients = Map<string, (() => void)[]>;

/**
 * Shares the server: requests are answered as they come until they took a while together; those behind them wait in line, one
 * line a client, and are let in by turns, first among the tenants, then among the clients of one. Who asks for much waits for
 * itself; nobody is refused that has fewer than a thousand requests waiting.
 */
export class FairQueue {
  readonly #afterTurn: FairQueueOptions['afterTurn'];
  readonly #nowMs: FairQueueOptions['nowMs'];
  /** Who is first in it is next. */
  readonly #tenants = new Map<string, Clients>();
  #waiting = 0;
  #isPumping = false;
  #workedMs = 0;
  /** Since when that was worked. */
  #sinceMs = 0;
  /** What a request takes, lately. */
  #usualMs = 1;

  constructor({ afterTurn, nowMs }: FairQueueOptions) {
    this.#afterTurn = afterTurn;
    this.#nowMs = nowMs;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** `undefined` where the request is answered at once, else what it waits for; seconds where too many of its client wait. */
  enter(tenantId: string, clientId: string): Promise<void> | number | undefined {
    if (this.#waiting === 0 && !this.#isBusy()) return undefined;
    let clients = this.#tenants.get(tenantId);
    if (clients === undefined) this.#tenants.set(tenantId, (clients = new Map()));
    let line = clients.get(clientId);
    if (line === undefined) clients.set(clientId, (line = []));
    if (line.length >= mostWaiting) return Math.max(1, Math.ceil((this.#waiting * this.#usualMs) / 1000));
    return new Promise((letIn) => {
      line.push(letIn);
      this.#waiting += 1;
      if (!this.#isPumping) this.#afterTurn(this.#pump);
      this.#isPumping = true;
    });
  }

  /** Tells how long the server worked for a request, and when it had done it. */
  add(workMs: number, endMs: number): void {
    if (endMs - this.#sinceMs > spanMs) this.#begin(endMs - workMs);
    this.#workedMs += workMs;
    this.#usualMs += (workMs - this.#usualMs) * weight;
  }

  #isBusy(): boolean {
    return this.#workedMs >= turnMs && this.#nowMs() - this.#sinceMs <= Math.max(spanMs, this.#workedMs * 2);
  }

  #begin(atMs: number): void {
    this.#workedMs = 0;
    this.#sinceMs = atMs;
  }

  readonly #pump = (): void => {
    this.#begin(this.#nowMs());
    const some = Math.min(mostAtOnce, Math.max(1, Math.floor(turnMs / Math.max(this.#usualMs, 0.001))));
    for (let letIn = 0; letIn < some && this.#waiting > 0; letIn += 1) this.#letNextIn();
    this.#isPumping = this.#waiting > 0;
    if (this.#isPumping) this.#afterTurn(this.#pump);
  };

  #letNextIn(): void {
    const [tenantId, clients] = firstOf(this.#tenants);
    const [clientId, line] = firstOf(clients);
    const letIn = line.shift();
    // To the end of the round, or out of it.
    clients.delete(clientId);
    if (line.length > 0) clients.set(clientId, line);
    this.#tenants.delete(tenantId);
    if (clients.size > 0) this.#tenants.set(tenantId, clients);
    this.#waiting -= 1;
    letIn?.();
  }
}

function firstOf<K, V>(map: ReadonlyMap<K, V>): readonly [K, V] {
  for (const entry of map) return entry;
  throw new RangeError('expected somebody to wait, got nobody');
}
