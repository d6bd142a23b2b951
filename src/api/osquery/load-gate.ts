import type { FastifyRequest } from 'fastify';

/** Bodies in memory at once, unpacked; a packed one may become ten times as large. */
const mostBytes = 256 * 1024 * 1024;
const mostRequests = 500;
const unpacksTo = 10;

/** Lets in what the memory can hold. Who is not let in is told at once and comes again. */
export class LoadGate {
  #bytes = 0;
  #requests = 0;

  /** `undefined` where it is full; else what is to be called when the request is over. */
  enter(request: FastifyRequest, largest: number): (() => void) | undefined {
    const weight = weightOf(request, largest);
    if (this.#requests >= mostRequests || (this.#requests > 0 && this.#bytes + weight > mostBytes)) return undefined;
    this.#requests += 1;
    this.#bytes += weight;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#requests -= 1;
      this.#bytes -= weight;
    };
  }
}

/** A body that does not tell its length may be the largest. */
function weightOf({ headers }: FastifyRequest, largest: number): number {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isFinite(length)) return largest;
  return Math.min(largest, headers['content-encoding'] === undefined ? length : length * unpacksTo);
}
