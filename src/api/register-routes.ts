import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Application } from '../operations/application.ts';
import { requireRole } from './auth/bearer.ts';
import type { BearerCheck, Caller } from './auth/bearer.ts';
import { registerCompression } from './compression.ts';
import { answerConditionally } from './conditional.ts';
import { setCatalogueHeader } from './catalogue-header.ts';
import { setCoverage } from './coverage-header.ts';
import { ApiError } from './errors.ts';
import { countBody } from './load-gate.ts';
import type { LoadGate } from './load-gate.ts';
import { largestReport } from './routes/own/post-report.ts';
import type { Route } from './routes/route.ts';
import type { Throttle } from './throttle/throttle.ts';
import type { Turns } from './turns.ts';

/** What every route that needs a token is answered with. */
export interface RoutesContext {
  readonly application: Application;
  readonly now: () => Date;
  readonly baseUrlOf: (request: FastifyRequest) => string;
  readonly bearer: BearerCheck;
  readonly throttle: Throttle;
  /** Over the bodies of reports. */
  readonly gate: LoadGate;
  readonly turns: Turns;
}

const retrySeconds = 5;

const allMethods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export async function registerRoutes(
  server: FastifyInstance,
  routes: readonly Route[],
  context: RoutesContext,
): Promise<void> {
  await registerCompression(server);
  for (const route of routes) {
    if (route.bodyAs === undefined) registerRoute(server, route, context);
    else
      await server.register((scope, _, done) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
        registerRoute(scope, route, context);
        done();
      });
  }
  for (const [path, same] of Map.groupBy(routes, ({ path: each }) => each)) {
    const allowed = same.map(({ method }) => method);
    server.route({
      method: allMethods.filter((method) => !allowed.some((each) => each === method)),
      url: path,
      compress: false,
      async onRequest(request, reply) {
        await context.bearer.authenticate(request);
        throw wrongMethod(request, reply, allowed);
      },
      handler: () => undefined,
    });
  }
}

/** Token first, then role, then the throttle, then the route; other methods on its address are 405 for those who may know it. */
function registerRoute(server: FastifyInstance, route: Route, context: RoutesContext): void {
  const { bearer, gate } = context;
  const isRead = route.method === 'GET';
  const callers = new WeakMap<FastifyRequest, Caller>();
  const starts = new WeakMap<FastifyRequest, number>();
  const countWork = (request: FastifyRequest, _reply: unknown, payload: unknown, done: Done): void => {
    const start = starts.get(request);
    if (start !== undefined) context.throttle.leave(start, performance.now());
    done(null, payload);
  };
  server.route({
    method: route.method,
    url: route.path,
    ...(!isRead && route.bodyAs === undefined
      ? { bodyLimit: largestReport, preParsing: countBody(gate, fullOfReports) }
      : {}),
    // Before the body is read: who may not send a report does not make the server hold one.
    async onRequest(request, reply) {
      const caller = await bearer.authenticate(request);
      requireRole(caller, route.roles);
      callers.set(request, caller);
      const turn = isRead ? context.throttle.enter(caller, route) : undefined;
      if (turn !== undefined) await waitForTurn(turn, reply);
      if (!isRead && route.bodyAs === undefined) reserve(gate, request, reply);
      // A Content-Type that cannot be parsed would be refused, but the content alone tells the format.
      if (request.raw.headers['content-type'] !== undefined)
        request.raw.headers['content-type'] = 'application/octet-stream';
    },
    handler: (request, reply) => answer({ route, context, caller: callers.get(request), starts }, request, reply),
    ...(route.sendsBytes === true ? { compress: false } : isRead ? { onSend: [countWork, answerConditionally] } : {}),
  });
}

interface Asked {
  readonly route: Route;
  readonly context: RoutesContext;
  readonly caller: Caller | undefined;
  /** When work began on answers that are still to be written: most of a long list's time. */
  readonly starts: WeakMap<FastifyRequest, number>;
}

type Done = (error: Error | null, payload?: unknown) => void;

async function answer(
  { route, context, caller, starts }: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { application, baseUrlOf, throttle, turns } = context;
  if (caller === undefined) throw new ApiError(401, 'Unauthorized', 'The request has no bearer token.');
  const now = context.now();
  setCatalogueHeader(reply, application, now);
  if (route.method !== 'GET') return handle();
  const settling = application.settleCounts(caller.tenant);
  if (settling !== undefined) await settling;
  const start = performance.now();
  if (route.sendsBytes !== true) await setCoverage({ route, application, caller }, request, reply);
  const body = handle();
  if (route.sendsBytes === true || route.streams === true) throttle.leave(start, performance.now());
  else starts.set(request, start);
  return body;

  function handle(): Promise<unknown> {
    return route.handle(request, reply, {
      application,
      caller: caller as Caller,
      baseUrl: baseUrlOf(request),
      now,
      inTurn: (work) => turns.run(work),
    });
  }
}

/** @throws {ApiError} where nobody is there any more: nothing need be done for them. */
async function waitForTurn(turn: Promise<void>, reply: FastifyReply): Promise<void> {
  await turn;
  if (reply.raw.destroyed) throw new ApiError(503, 'ServiceUnavailable', 'The client has gone.');
}

/** Before the body is read. @throws {ApiError} 429 where the bodies under way are as much as the memory can hold. */
function reserve(gate: LoadGate, request: FastifyRequest, reply: FastifyReply): void {
  const leave = gate.enter(request, largestReport);
  if (leave === undefined) throw fullOfReports();
  reply.raw.once('close', leave);
}

function fullOfReports(): ApiError {
  const text = 'the reports under way are as much as can be held; try again later';
  return new ApiError(429, 'TooManyRequests', text, { retrySeconds });
}

/** For addresses that need no token. */
export function refuseOthers(server: FastifyInstance, url: string, allowed: Route['method']): void {
  server.route({
    method: allMethods.filter((method) => method !== allowed),
    url,
    async onRequest(request, reply) {
      throw wrongMethod(request, reply, [allowed]);
    },
    handler: () => undefined,
  });
}

function wrongMethod(request: FastifyRequest, reply: FastifyReply, allowed: readonly Route['method'][]): ApiError {
  reply.header('allow', allowed.map((method) => (method === 'GET' ? 'GET, HEAD' : method)).join(', '));
  return new ApiError(405, 'MethodNotAllowed', `Expected ${allowed.join(' or ')}, got ${request.method}.`);
}
