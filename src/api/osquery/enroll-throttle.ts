import { LRUCache } from 'lru-cache';

/** Wrong secrets from one address in a minute before none is looked at any more. */
const mostWrong = 30;
const windowMs = 60_000;

/** Makes guessing slow: an address that sent many wrong secrets has to wait, whatever it sends. */
export class EnrollThrottle {
  readonly #wrong = new LRUCache<string, { count: number }>({ max: 50_000, ttl: windowMs, noUpdateTTL: true });

  isBlocked(address: string): boolean {
    return (this.#wrong.get(address)?.count ?? 0) >= mostWrong;
  }

  /** The minute runs from the first wrong one. */
  countWrong(address: string): void {
    const before = this.#wrong.get(address);
    if (before === undefined) this.#wrong.set(address, { count: 1 });
    else before.count += 1;
  }
}
