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
  #bytes = 0;
  #requests = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  /** `undefined` where it is full; else what is to be called when the request is over. */
  enter(request: FastifyRequest, largest: number): (() => void) | undefined {
    const weight = weightOf(request, largest, this.#load.unpacksTo);
    const { mostBytes, mostRequests } = this.#load;
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
function weightOf({ headers }: FastifyRequest, largest: number, unpacksTo: number): number {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isFinite(length)) return largest;
  return Math.min(largest, headers['content-encoding'] === undefined ? length : length * unpacksTo);
}
