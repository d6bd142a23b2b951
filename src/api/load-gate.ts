import { finished, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';

const mebibyte = 1024 * 1024;

/** What may be in memory at once. */
interface Load {
  readonly mostBytes: number;
  readonly mostRequests: number;
  /** How many times as large a packed body may become; 1 where only the packed ones are counted. */
  readonly unpacksTo: number;
}

/** Bodies of osquery's nodes, unpacked as they come. */
export const osqueryLoad: Load = { mostBytes: 256 * mebibyte, mostRequests: 500, unpacksTo: 10 };
/** Bodies of reports as they are sent: they wait for their turn to be unpacked. */
export const reportLoad: Load = { mostBytes: 256 * mebibyte, mostRequests: 20_000, unpacksTo: 1 };

/** Lets in what the memory can hold. Who is not let in is told at once and comes again. */
export class LoadGate {
  readonly #load: Load;
  readonly #inside = new WeakMap<FastifyRequest, { weight: number; readonly largest: number }>();
  #bytes = 0;
  #requests = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  /** Requests that are let in. */
  get requests(): number {
    return this.#requests;
  }

  /** `undefined` where it is full; else what is to be called when the request is over. */
  enter(request: FastifyRequest, largest: number): (() => void) | undefined {
    const inside = { weight: weightOf(request, largest, this.#load.unpacksTo), largest };
    if (this.#requests >= this.#load.mostRequests || !this.#hasRoom(inside.weight)) return undefined;
    this.#requests += 1;
    this.#bytes += inside.weight;
    this.#inside.set(request, inside);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#requests -= 1;
      this.#bytes -= inside.weight;
      this.#inside.delete(request);
    };
  }

  /** More bytes of a body that did not tell its length; `false` where there is no room for them. */
  grow(request: FastifyRequest, bytes: number): boolean {
    const inside = this.#inside.get(request);
    if (inside === undefined) return true;
    const more = isPacked(request) ? bytes * this.#load.unpacksTo : bytes;
    const growth = Math.min(inside.largest, inside.weight + more) - inside.weight;
    if (this.#requests > 1 && this.#bytes + growth > this.#load.mostBytes) return false;
    inside.weight += growth;
    this.#bytes += growth;
    return true;
  }

  /** One alone is always let in. */
  #hasRoom(bytes: number): boolean {
    return this.#requests === 0 || this.#bytes + bytes <= this.#load.mostBytes;
  }
}

/** What a body weighs before it is there; one that does not tell its length is counted as it comes, see `countBody`. */
function weightOf(request: FastifyRequest, largest: number, unpacksTo: number): number {
  const length = lengthOf(request);
  if (length === undefined) return 0;
  return Math.min(largest, isPacked(request) ? length * unpacksTo : length);
}

function lengthOf({ headers }: FastifyRequest): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return Number.isFinite(length) ? length : undefined;
}

function isPacked({ headers }: FastifyRequest): boolean {
  return headers['content-encoding'] !== undefined;
}

type PreParsing = (request: FastifyRequest, reply: unknown, payload: Readable) => Promise<Readable>;

/** Fastify's hook `preParsing`: counts a body that does not tell its length, and breaks it off where it is `full`. */
export function countBody(gate: LoadGate, full: () => Error): PreParsing {
  return async (request, _reply, payload) => {
    if (lengthOf(request) !== undefined) return payload;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (gate.grow(request, chunk.length)) return done(null, chunk);
        // Not destroyed: the sender is to have its answer.
        payload.unpipe(counter);
        payload.resume();
        done(full());
      },
    });
    finished(payload, { writable: false }, (error) => {
      if (error) counter.destroy(error);
    });
    return payload.pipe(counter);
  };
}
