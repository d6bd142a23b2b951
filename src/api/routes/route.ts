import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
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

/** A parameter of the query that is not OData's. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: TSchema;
}

/** What a POST takes; `types` by media type, without a schema for what no schema describes. */
export interface BodyDescription {
  readonly description: string;
  readonly types: Readonly<Record<string, TSchema | undefined>>;
}

/** One endpoint that needs a token. `roles`: any one of them opens it; empty: any valid token. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api` or `/v1`, with Fastify's parameters: `/machines/:id/getmissingkbs`. */
  readonly path: string;
  readonly roles: readonly string[];
  /** How the body comes: whole as bytes, unless it may be of any length. */
  readonly bodyAs?: 'stream';
  /** Answers with ready bytes, and sets `ETag`, encoding and coverage itself. */
  readonly sendsBytes?: true;
  /** Answers with a stream: it has neither `ETag` nor length. */
  readonly streams?: true;
  /** What was published: the same for every tenant. */
  readonly isPublished?: true;
  /** One line for whoever reads the API's description. */
  readonly summary?: string;
  /** Schema of the body of a 200. */
  readonly answer?: TSchema;
  /** Media type of a 200 that is not JSON. */
  readonly answerType?: string;
  /** Heading in the API's description; without one the first segment of the path. */
  readonly tag?: string;
  /** Which of OData's options it takes: a list all of them, an entity `$select`. */
  readonly options?: 'list' | 'entity';
  readonly parameters?: readonly QueryParameter[];
  readonly body?: BodyDescription;
  handle(request: FastifyRequest, reply: FastifyReply, context: RouteContext): Promise<unknown>;
}

/** The `id` of the path. */
export function idOf(request: FastifyRequest): string {
  const { id } = request.params as { readonly id?: string };
  return id ?? '';
}
