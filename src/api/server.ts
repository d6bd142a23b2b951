import helmet from '@fastify/helmet';
import fastify, { LogController } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Application } from '../operations/application.ts';
import { BearerCheck, requireRole } from './auth/bearer.ts';
import { ApiError, frameworkError, registerErrors } from './errors.ts';
import { frontPage } from './front-page.ts';
import { registerMetrics } from './metrics.ts';
import { largestReport } from './routes/own/post-report.ts';
import type { Route } from './routes/route.ts';
import { contractRoutes, ownRoutes } from './routes/routes.ts';
import { postToken } from './routes/token/post-token.ts';

export interface ServerOptions {
  readonly application: Application;
  /** Base of `@odata.context` and next links; default: scheme and host of the request. */
  readonly publicUrl?: string;
  readonly logger: Logger | false;
  readonly now: () => Date;
  /** Whether `/metrics` answers others than loopback. */
  readonly openMetrics?: boolean;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A client that sends nothing more is let go after this. */
const requestTimeoutMs = 60_000;

/** The HTTP server over an application; it listens where it is told to, and `close` lets requests under way finish. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { application, now, tls } = options;
  const server = newFastify(options);
  const baseUrlOf = (request: FastifyRequest): string => options.publicUrl ?? `${request.protocol}://${request.host}`;
  const bearer = new BearerCheck(application, now, (request) => [baseUrlOf(request)]);
  registerErrors(server, (request) => bearer.authenticate(request));
  // Bodies come as bytes: reports are told by content, whatever the Content-Type says.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  void server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], frameAncestors: ["'none'"], formAction: ["'none'"] },
    },
    strictTransportSecurity: tls !== undefined,
  });
  registerMetrics(server, options.openMetrics ?? false);
  registerOpenRoutes(server);
  registerTokenRoutes(server, { application, now, baseUrlOf });
  const context: Context = { application, now, baseUrlOf, bearer };
  void server.register((scope, _, done) => (registerRoutes(scope, contractRoutes, context), done()), {
    prefix: '/api',
  });
  void server.register((scope, _, done) => (registerRoutes(scope, contractRoutes, context), done()), {
    prefix: '/api/v1.0',
  });
  void server.register((scope, _, done) => (registerRoutes(scope, ownRoutes, context), done()), { prefix: '/v1' });
  return server;
}

function newFastify({ logger, tls }: ServerOptions): FastifyInstance {
  const server = fastify({
    ...(logger === false ? { logger: false } : { loggerInstance: logger }),
    ...(tls === undefined ? {} : { https: { cert: tls.cert, key: tls.key } }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: largestReport,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 4096 },
    frameworkErrors: frameworkError,
  }) as unknown as FastifyInstance;
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    request.log.info(
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request answered',
    );
    done();
  });
  return server;
}

interface Context {
  readonly application: Application;
  readonly now: () => Date;
  readonly baseUrlOf: (request: FastifyRequest) => string;
  readonly bearer: BearerCheck;
}

const allMethods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Token first, then role, then the route; other methods on its address are 405 for those who may know it. */
function registerRoutes(
  server: FastifyInstance,
  routes: readonly Route[],
  { application, now, baseUrlOf, bearer }: Context,
): void {
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      async handler(request, reply) {
        const caller = await bearer.authenticate(request);
        requireRole(caller, route.roles);
        return route.handle(request, reply, { application, caller, baseUrl: baseUrlOf(request), now: now() });
      },
    });
    server.route({
      method: allMethods.filter((method) => method !== route.method),
      url: route.path,
      async handler(request, reply) {
        await bearer.authenticate(request);
        throw wrongMethod(request, reply, route.method);
      },
    });
  }
}

function wrongMethod(request: FastifyRequest, reply: FastifyReply, allowed: Route['method']): ApiError {
  reply.header('allow', allowed === 'GET' ? 'GET, HEAD' : allowed);
  return new ApiError(405, 'MethodNotAllowed', `Expected ${allowed}, got ${request.method}.`);
}

function registerTokenRoutes(server: FastifyInstance, { application, now, baseUrlOf }: Omit<Context, 'bearer'>): void {
  for (const [url, version] of [
    ['/:tenant/oauth2/token', 'v1'],
    ['/:tenant/oauth2/v2.0/token', 'v2'],
  ] as const) {
    server.post(url, (request, reply) => postToken(request, reply, { application, now, baseUrlOf, version }));
  }
}

function registerOpenRoutes(server: FastifyInstance): void {
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async () => ({ status: 'ready' }));
  server.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(frontPage));
}
