import { LRUCache } from 'lru-cache';

/** So many wrong secrets at once, and one more each time so many milliseconds have passed. */
interface Allowance {
  readonly most: number;
  readonly everyMs: number;
}

/** One client from one address: somebody who guesses, or a script whose secret was changed. */
const ofPair: Allowance = { most: 20, everyMs: 6_000 };
/** One client from all addresses, and one address with all clients: higher, since many may share either. */
const ofClient: Allowance = { most: 100, everyMs: 1_000 };
const ofAddress: Allowance = { most: 100, everyMs: 1_000 };

/** Names in memory for each kind; the ones that were used least lately are forgotten first. */
const mostNames = 20_000;

/** What an attempt may do. */
export type Leave =
  | { readonly kind: 'free' }
  /** A right secret is honoured, a wrong one is answered as one too many: others guess under this name or address. */
  | { readonly kind: 'only-right'; readonly retrySeconds: number }
  /** The secret is not looked at. */
  | { readonly kind: 'blocked'; readonly retrySeconds: number };

/**
 * Makes guessing of secrets slow. Only wrong ones count. A client is never locked out by what others send: neither from its
 * own address with another client's id, nor from other addresses with its id.
 */
export class GuessThrottle {
  readonly #pairs = new Buckets(ofPair);
  readonly #clients = new Buckets(ofClient);
  readonly #addresses = new Buckets(ofAddress);

  enter(client: string, address: string, now: number): Leave {
    const source = networkOf(address);
    const pairMs = this.#pairs.waitMs(`${source} ${client}`, now);
    if (pairMs > 0) return { kind: 'blocked', retrySeconds: Math.ceil(pairMs / 1000) };
    const sharedMs = Math.max(this.#clients.waitMs(client, now), this.#addresses.waitMs(source, now));
    return sharedMs > 0 ? { kind: 'only-right', retrySeconds: Math.ceil(sharedMs / 1000) } : { kind: 'free' };
  }

  countWrong(client: string, address: string, now: number): void {
    const source = networkOf(address);
    this.#pairs.take(`${source} ${client}`, now);
    this.#clients.take(client, now);
    this.#addresses.take(source, now);
  }

  /** Who has the right secret does not guess it: its own mistakes from before are forgiven. */
  countRight(client: string, address: string): void {
    this.#pairs.forget(`${networkOf(address)} ${client}`);
  }
}

/** Token buckets by name: `fullAt` is when a bucket is full again. */
class Buckets {
  readonly #allowance: Allowance;
  readonly #fullAt = new LRUCache<string, number>({ max: mostNames });

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** Milliseconds until one more is allowed; 0: now. */
  waitMs(name: string, now: number): number {
    const { most, everyMs } = this.#allowance;
    return Math.max(0, this.#usedUntil(name, now) - now - (most - 1) * everyMs);
  }

  forget(name: string): void {
    this.#fullAt.delete(name);
  }

  take(name: string, now: number): void {
    this.#fullAt.set(name, this.#usedUntil(name, now) + this.#allowance.everyMs);
  }

  /** A clock that was set back must not block for long. */
  #usedUntil(name: string, now: number): number {
    const { most, everyMs } = this.#allowance;
    return Math.min(Math.max(this.#fullAt.get(name) ?? 0, now), now + (most + 1) * everyMs);
  }
}

/** Of an IPv6 address its /64, which one host has to itself. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail = ''] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const heads = head.split(':').filter((part) => part !== '');
  const tails = tail.split(':').filter((part) => part !== '');
  const zeros: readonly string[] = Array.from({ length: Math.max(0, 8 - heads.length - tails.length) }, () => '0');
  return [...heads, ...zeros, ...tails].slice(0, 4).join(':');
}
