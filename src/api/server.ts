import helmet from '@fastify/helmet';
import fastify, { LogController } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Server as HttpsServer } from 'node:https';
import type { Logger } from 'pino';
import type { Application, CatalogueState } from '../operations/application.ts';
import { BearerCheck, requireRole } from './auth/bearer.ts';
import type { ExternalIssuer } from './auth/external-issuer.ts';
import { ExternalTokens } from './auth/external-tokens.ts';
import { GuessThrottle } from './auth/guess-throttle.ts';
import type { Caller } from './auth/bearer.ts';
import { registerBodyDeadline } from './body-deadline.ts';
import { ApiError, brokenRequest, frameworkError, registerErrors } from './errors.ts';
import { frontPage } from './front-page.ts';
import { countBody, LoadGate, reportLoad } from './load-gate.ts';
import { registerMetrics } from './metrics.ts';
import { registerOsquery } from './osquery/register-osquery.ts';
import { largestReport } from './routes/own/post-report.ts';
import type { Route } from './routes/route.ts';
import { contractRoutes, foreignRoutes, ownRoutes } from './routes/routes.ts';
import { registerTokenRoutes } from './routes/token/register-token-routes.ts';
import { Turns } from './turns.ts';
import type { ServedCertificate } from './served-certificate.ts';

export interface ServerOptions {
  readonly application: Application;
  /** Base of `@odata.context` and next links; default: scheme and host of the request. */
  readonly publicUrl?: string;
  readonly logger: Logger | false;
  readonly now: () => Date;
  /** Whether `/metrics` answers others than loopback. */
  readonly openMetrics?: boolean;
  /** Syncs of this process by how they went. */
  readonly countSyncs?: () => Readonly<Record<string, number>>;
  readonly tls?: ServedCertificate;
  /** Whose tokens are honoured beside kbgap's own. */
  readonly issuers?: readonly ExternalIssuer[];
}

/** Addresses whose body may be of any length. */
const streamed: ReadonlySet<string> = new Set(
  ownRoutes.filter(({ bodyAs }) => bodyAs === 'stream').map(({ path }) => `/v1${path}`),
);

/** The HTTP server over an application; it listens where it is told to, and `close` lets requests under way finish. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { application, now, tls } = options;
  const server = newFastify(options);
  const publicUrl = options.publicUrl?.replace(/\/+$/, '');
  const baseUrlOf = (request: FastifyRequest): string => publicUrl ?? `${request.protocol}://${request.host}`;
  const ownOrigins = (request: FastifyRequest): readonly string[] => originsOf(request, publicUrl);
  const external = externalTokensOf(options);
  const bearer = new BearerCheck(application, now, { ownOrigins, external });
  registerBodyDeadline(server, (request) => streamed.has(request.routeOptions.url?.toLowerCase() ?? ''));
  registerErrors(server, (request) => bearer.authenticate(request));
  // Bodies come as bytes: reports are told by content, whatever the Content-Type says.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  registerMetrics(server, {
    open: options.openMetrics ?? false,
    catalogue: () => application.getCatalogueState(now()),
    countSyncs: options.countSyncs,
  });
  registerOpenRoutes(server, tls !== undefined, () => application.getCatalogueState(now()));
  registerTokenRoutes(server, { application, now, baseUrlOf, ownOrigins, throttle: new GuessThrottle() });
  registerOsquery(server, { application, now });
  const context: Context = {
    application,
    now,
    baseUrlOf,
    bearer,
    gate: new LoadGate(reportLoad),
    turns: new Turns(mostUnpacked),
  };
  void server.register((scope, _, done) => (registerRoutes(scope, contractRoutes, context), done()), {
    prefix: '/api',
  });
  void server.register((scope, _, done) => (registerRoutes(scope, contractRoutes, context), done()), {
    prefix: '/api/v1.0',
  });
  void server.register((scope, _, done) => (registerRoutes(scope, ownRoutes, context), done()), { prefix: '/v1' });
  void server.register((scope, _, done) => (registerRoutes(scope, foreignRoutes, context), done()));
  return server;
}

const silent = { info: () => undefined, warn: () => undefined };

/** Their keys are read at once, so that an issuer that is down later does not matter. */
function externalTokensOf({ issuers = [], now, logger }: ServerOptions): ExternalTokens | undefined {
  if (issuers.length === 0) return undefined;
  const external = new ExternalTokens(issuers, { now, log: logger === false ? silent : logger });
  void external.warmUp();
  return external;
}

/** What this server is called: its public address, and the one it was asked at, whatever TLS a proxy takes off. */
function originsOf({ host }: FastifyRequest, publicUrl: string | undefined): readonly string[] {
  return [...(publicUrl === undefined ? [] : [publicUrl]), `https://${host}`, `http://${host}`];
}

function newFastify({ logger, tls }: ServerOptions): FastifyInstance {
  const server = fastify({
    ...(logger === false ? { logger: false } : { loggerInstance: logger }),
    ...(tls === undefined ? {} : { https: tls.options }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: largestForm,
    // Node's own limit would cut long uploads: see registerBodyDeadline.
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 4096 },
    frameworkErrors: frameworkError,
    clientErrorHandler: brokenRequest,
  }) as unknown as FastifyInstance;
  if (tls !== undefined) tls.serveOn(server.server as unknown as HttpsServer);
  server.addHook('onResponse', (request, reply, done) => {
    if (logger === false || !logger.isLevelEnabled('info')) return done();
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
  /** Over the bodies of reports. */
  readonly gate: LoadGate;
  readonly turns: Turns;
}

/** Bytes of a body where no report is taken: a token's form, or an address that is none. */
const largestForm = 64 * 1024;
/** Reports that are unpacked and read at once, each up to `largestReport` and what is read out of it. */
const mostUnpacked = 4;
const retrySeconds = 5;

const allMethods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function registerRoutes(server: FastifyInstance, routes: readonly Route[], context: Context): void {
  for (const route of routes) {
    if (route.bodyAs === undefined) registerRoute(server, route, context);
    else
      void server.register((scope, _, done) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
        registerRoute(scope, route, context);
        done();
      });
  }
}

/** Token first, then role, then the route; other methods on its address are 405 for those who may know it. */
function registerRoute(server: FastifyInstance, route: Route, context: Context): void {
  const { application, now, baseUrlOf, bearer, turns } = context;
  const callers = new WeakMap<FastifyRequest, Caller>();
  server.route({
    method: route.method,
    url: route.path,
    ...(route.method === 'POST' && route.bodyAs === undefined
      ? { bodyLimit: largestReport, preParsing: countBody(context.gate, fullOfReports) }
      : {}),
    // Before the body is read: who may not send a report does not make the server hold one.
    async onRequest(request, reply) {
      const caller = await bearer.authenticate(request);
      requireRole(caller, route.roles);
      callers.set(request, caller);
      if (route.method === 'POST' && route.bodyAs === undefined) reserve(context.gate, request, reply);
      // A Content-Type that cannot be parsed would be refused, but the content alone tells the format.
      if (request.raw.headers['content-type'] !== undefined)
        request.raw.headers['content-type'] = 'application/octet-stream';
    },
    async handler(request, reply) {
      const caller = callers.get(request);
      if (caller === undefined) throw new ApiError(401, 'Unauthorized', 'The request has no bearer token.');
      const stale = application.findStaleness(now());
      if (stale !== undefined) reply.header('x-kbgap-catalogue', `stale; reason=${stale.reason}`);
      const settling = route.method === 'GET' ? application.settleCounts(caller.tenant) : undefined;
      if (settling !== undefined) await settling;
      return route.handle(request, reply, {
        application,
        caller,
        baseUrl: baseUrlOf(request),
        now: now(),
        inTurn: (work) => turns.run(work),
      });
    },
  });
  server.route({
    method: allMethods.filter((method) => method !== route.method),
    url: route.path,
    async onRequest(request, reply) {
      await bearer.authenticate(request);
      throw wrongMethod(request, reply, route.method);
    },
    handler: () => undefined,
  });
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

function refuseOthers(server: FastifyInstance, url: string, allowed: Route['method']): void {
  server.route({
    method: allMethods.filter((method) => method !== allowed),
    url,
    async onRequest(request, reply) {
      throw wrongMethod(request, reply, allowed);
    },
    handler: () => undefined,
  });
}

function wrongMethod(request: FastifyRequest, reply: FastifyReply, allowed: Route['method']): ApiError {
  reply.header('allow', allowed === 'GET' ? 'GET, HEAD' : allowed);
  return new ApiError(405, 'MethodNotAllowed', `Expected ${allowed}, got ${request.method}.`);
}

function registerOpenRoutes(server: FastifyInstance, isSecure: boolean, catalogue: () => CatalogueState): void {
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async () => ({ status: 'ready' }));
  // Only a page has use for a policy: the answers of the API are spared some fifteen headers each.
  void server.register(async (scope) => {
    await scope.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          formAction: ["'none'"],
        },
      },
      strictTransportSecurity: isSecure,
    });
    scope.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(frontPage(catalogue())));
  });
  for (const url of ['/healthz', '/readyz', '/']) refuseOthers(server, url, 'GET');
}
