/** Milliseconds that the server worked for a tenant, and for each of its clients. */
interface TenantWork {
  total: number;
  readonly clients: Map<string, number>;
}

/** Work is counted anew so often: whoever was refused waits no longer. */
const windowMs = 2000;
/** Below it nobody is kept waiting, and nobody is refused. */
const longWaitMs = 500;
/** How far over an equal share somebody must be to be refused. */
const tolerance = 1.5;

interface Done {
  readonly tenantId: string;
  readonly clientId: string;
  readonly workMs: number;
  /** By the clock of `nowMs`. */
  readonly atMs: number;
}

export interface FairShareOptions {
  /** Milliseconds of a clock that is never set: `performance.now`. */
  readonly nowMs: () => number;
  /** Milliseconds that a request now waits for the server to be free. */
  readonly waitMs: () => number;
  /** Calls back once the requests at hand are done: `setImmediate`. */
  readonly afterTurn: (done: () => void) => void;
}

/**
 * Protects the server and shares it: while requests wait long for it, those are told to come again that had more than their share
 * of it in the last two seconds, among the tenants that ask, then among the clients of one. Who asks alone is never refused, nor
 * is one request after the other, however fast.
 */
export class FairShare {
  readonly #options: FairShareOptions;
  readonly #work = new Map<string, TenantWork>();
  #endsAt = 0;
  /** Requests of each client among those at hand, while they wait long. */
  readonly #atHand = new Map<string, number>();

  constructor(options: FairShareOptions) {
    this.#options = options;
  }

  /** Whole seconds until the request is let in; `undefined` where it is now. */
  enter(tenantId: string, clientId: string): number | undefined {
    if (this.#options.waitMs() < longWaitMs) return undefined;
    const at = this.#options.nowMs();
    const tenant = this.#tenantIn(at, tenantId);
    const client = tenant.clients.get(clientId) ?? 0;
    // Who asks has a share to be had, however little that one had of it so far.
    tenant.clients.set(clientId, client);
    if (this.#isFirstAtHand(`${tenantId} ${clientId}`)) return undefined;
    const tenants = [...this.#work.values()].map(({ total }) => total);
    const isOver = isAboveShare(tenant.total, tenants) || isAboveShare(client, [...tenant.clients.values()]);
    return isOver ? Math.ceil((this.#endsAt - at) / 1000) : undefined;
  }

  /** Tells what the server did for a request that was let in, and when it had done it. */
  add({ tenantId, clientId, workMs, atMs }: Done): void {
    const tenant = this.#tenantIn(atMs, tenantId);
    tenant.total += workMs;
    tenant.clients.set(clientId, (tenant.clients.get(clientId) ?? 0) + workMs);
  }

  #tenantIn(at: number, tenantId: string): TenantWork {
    if (at >= this.#endsAt) {
      this.#work.clear();
      this.#endsAt = at + windowMs;
    }
    let tenant = this.#work.get(tenantId);
    if (tenant === undefined) {
      tenant = { total: 0, clients: new Map() };
      this.#work.set(tenantId, tenant);
    }
    return tenant;
  }

  #isFirstAtHand(client: string): boolean {
    if (this.#atHand.size === 0) this.#options.afterTurn(() => this.#atHand.clear());
    const before = this.#atHand.get(client) ?? 0;
    this.#atHand.set(client, before + 1);
    return before === 0;
  }
}

function isAboveShare(own: number, all: readonly number[]): boolean {
  if (all.length < 2) return false;
  const total = all.reduce((sum, each) => sum + each, 0);
  return own > (total / all.length) * tolerance;
}
