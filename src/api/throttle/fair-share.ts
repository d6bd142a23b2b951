/** Milliseconds that the server worked for each client of each tenant. */
type Work = Map<string, { total: number; readonly clients: Map<string, number> }>;

/** Work is counted anew so often: whoever was refused waits no longer. */
const windowMs = 2000;
/** Below it nobody is kept waiting, and nobody is refused. */
const longWaitMs = 500;
/** How far over an equal share somebody must be to be refused. */
const tolerance = 1.5;

export interface FairShareOptions {
  readonly now: () => Date;
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
  #work: Work = new Map();
  #endsAt = 0;
  /** Requests of each client among those at hand, while they wait long. */
  readonly #atHand = new Map<string, number>();

  constructor(options: FairShareOptions) {
    this.#options = options;
  }

  /** Whole seconds until the request is let in; `undefined` where it is now. */
  enter(tenantId: string, clientId: string): number | undefined {
    const at = this.#options.now().getTime();
    if (at >= this.#endsAt || this.#endsAt - at > windowMs) {
      this.#work = new Map();
      this.#endsAt = at + windowMs;
    }
    let tenant = this.#work.get(tenantId);
    if (tenant === undefined) {
      tenant = { total: 0, clients: new Map() };
      this.#work.set(tenantId, tenant);
    }
    if (!tenant.clients.has(clientId)) tenant.clients.set(clientId, 0);
    if (this.#options.waitMs() < longWaitMs || this.#isFirstAtHand(`${tenantId} ${clientId}`)) return undefined;
    const tenants = [...this.#work.values()].map(({ total }) => total);
    const isOver =
      isAboveShare(tenant.total, tenants) ||
      isAboveShare(tenant.clients.get(clientId) ?? 0, [...tenant.clients.values()]);
    return isOver ? Math.ceil((this.#endsAt - at) / 1000) : undefined;
  }

  #isFirstAtHand(client: string): boolean {
    if (this.#atHand.size === 0) this.#options.afterTurn(() => this.#atHand.clear());
    const before = this.#atHand.get(client) ?? 0;
    this.#atHand.set(client, before + 1);
    return before === 0;
  }

  /** Work for a request that was let in before the window ended counts in the next, if its client has asked in it. */
  add(tenantId: string, clientId: string, workMs: number): void {
    const tenant = this.#work.get(tenantId);
    if (tenant === undefined) return;
    tenant.total += workMs;
    tenant.clients.set(clientId, (tenant.clients.get(clientId) ?? 0) + workMs);
  }
}

function isAboveShare(own: number, all: readonly number[]): boolean {
  if (all.length < 2) return false;
  const total = all.reduce((sum, each) => sum + each, 0);
  return own > (total / all.length) * tolerance;
}
