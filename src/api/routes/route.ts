import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../../operations/application.ts';
import type { Caller } from '../auth/bearer.ts';

/** What a route's handler is given beside the request. */
export interface RouteContext {
  readonly application: Application;
  readonly caller: Caller;
  /** `https://kbgap.example`: what links and `@odata.context` begin with. */
  readonly baseUrl: string;
  readonly now: Date;
  /** Runs what needs a report unpacked in memory: few at once, the others wait with their bodies as they were sent. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** One endpoint that needs a token. `roles`: any one of them opens it; empty: any valid token. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below `/api` or `/v1`, with Fastify's parameters: `/machines/:id/getmissingkbs`. */
  readonly path: string;
  readonly roles: readonly string[];
  /** How the body comes: whole as bytes, unless it may be of any length. */
  readonly bodyAs?: 'stream';
  handle(request: FastifyRequest, reply: FastifyReply, context: RouteContext): Promise<unknown>;
}

/** The `id` of the path. */
export function idOf(request: FastifyRequest): string {
  const { id } = request.params as { readonly id?: string };
  return id ?? '';
}
