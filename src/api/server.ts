import fastify, { LogController } from 'fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { maxHeaderSize } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Application } from '../operations/application.ts';
import { BearerCheck } from './auth/bearer.ts';
import type { ExternalIssuer } from './auth/external-issuer.ts';
import { ExternalTokens } from './auth/external-tokens.ts';
import { GuessThrottle } from './auth/guess-throttle.ts';
import { registerBodyDeadline } from './body-deadline.ts';
import { brokenRequest, frameworkError, registerErrors } from './errors.ts';
import { registerExports } from './exports/register-exports.ts';
import { LoadGate, reportLoad } from './load-gate.ts';
import { registerMetrics } from './metrics.ts';
import { registerDocs } from './openapi/register-docs.ts';
import { registerOsquery } from './osquery/register-osquery.ts';
import { registerPage } from './page/register-page.ts';
import { refuseOthers, registerRoutes } from './register-routes.ts';
import type { RoutesContext } from './register-routes.ts';
import { contractRoutes, foreignRoutes, ownRoutes } from './routes/routes.ts';
import { registerTokenRoutes } from './routes/token/register-token-routes.ts';
import { registerOpenIdSignIn } from './session/openid-sign-in.ts';
import { registerSession } from './session/register-session.ts';
import { SessionCheck } from './session/session-check.ts';
import { createThrottle } from './throttle/create-throttle.ts';
import type { ThrottleMode } from './throttle/create-throttle.ts';
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
  /** Default: `fair`. */
  readonly throttle?: ThrottleMode;
  /** Of the built page. */
  readonly pageFolder?: string | undefined;
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
  const isSecure = (request: FastifyRequest): boolean => baseUrlOf(request).startsWith('https:');
  const sessions = new SessionCheck(application, isSecure);
  const bearer = new BearerCheck(application, now, { ownOrigins, external, sessions });
  registerBodyDeadline(server, (request) => streamed.has(request.routeOptions.url?.toLowerCase() ?? ''));
  registerErrors(
    server,
    (request) => bearer.authenticate(request),
    (says) => application.noteDamage(says),
  );
  // Bodies come as bytes: reports are told by content, whatever the Content-Type says.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const throttle = createThrottle(options.throttle ?? 'fair', now);
  const gate = new LoadGate(reportLoad);
  registerMetrics(server, {
    open: options.openMetrics ?? false,
    catalogue: () => application.getCatalogueState(now()),
    figures: () => application.getFigures(),
    queues: () => ({ reads: throttle.waiting(), reports: gate.requests }),
    countSyncs: options.countSyncs,
  });
  registerOpenRoutes(server, () => application.findTrouble());
  void server.register((scope) =>
    registerPage(scope, {
      folder: options.pageFolder,
      isSecure: tls !== undefined,
      catalogue: () => application.getCatalogueState(now()),
    }),
  );
  void server.register((scope) => registerDocs(scope, tls !== undefined));
  const guesses = new GuessThrottle();
  registerTokenRoutes(server, { application, now, baseUrlOf, ownOrigins, throttle: guesses });
  registerSession(server, { application, now, throttle: guesses, sessions, isSecure });
  registerOpenIdSignIn(server, { application, issuers: options.issuers ?? [], now, baseUrlOf, isSecure });
  registerOsquery(server, { application, now });
  registerExports(server, { application, now });
  const context: RoutesContext = {
    application,
    now,
    baseUrlOf,
    bearer,
    throttle,
    gate,
    turns: new Turns(mostUnpacked),
  };
  for (const [prefix, routes] of [
    ['/api', contractRoutes],
    ['/api/v1.0', contractRoutes],
    ['/v1', ownRoutes],
    ['', foreignRoutes],
  ] as const) {
    void server.register((scope) => registerRoutes(scope, routes, context), { prefix });
  }
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
    rewriteUrl: ({ url = '/' }) => withDollar(url),
    // No id is that long: whatever Node lets in with a request's head is looked for, and not found.
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: maxHeaderSize },
    frameworkErrors: frameworkError,
    clientErrorHandler: brokenRequest,
  }) as unknown as FastifyInstance;
  if (tls !== undefined) tls.serveOn(server.server as unknown as HttpsServer);
  if (logger !== false) logAnswers(server, logger);
  return server;
}

/**
 * One line an answer: which route, never which address. It holds nothing that would have to be taken out, and looking for that costs a tenth
 * of a short answer.
 */
function logAnswers(server: FastifyInstance, logger: Logger): void {
  const answers = pino({ base: logger.bindings(), level: 'info' }, streamOf(logger));
  server.addHook('onResponse', (request, reply, done) => {
    if (!logger.isLevelEnabled('info')) return done();
    const traceId = traceIdOf(request);
    answers.info(
      {
        reqId: request.id,
        ...(traceId === undefined ? {} : { traceId }),
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request answered',
    );
    done();
  });
}

function streamOf(logger: Logger): DestinationStream {
  return (logger as unknown as Readonly<Record<symbol, DestinationStream>>)[
    pino.symbols.streamSym
  ] as DestinationStream;
}

/** Of W3C Trace Context: by it the line is found from whoever sent the request on. */
function traceIdOf({ headers }: FastifyRequest): string | undefined {
  const { traceparent } = headers;
  if (typeof traceparent !== 'string') return undefined;
  return /^[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/.exec(traceparent)?.[1];
}

/** `/api/%24metadata` is `/api/$metadata`: the router keeps the one from being the other. */
function withDollar(url: string): string {
  const at = url.indexOf('/%24');
  if (at === -1) return url;
  const [path = '', ...query] = url.split('?');
  return [path.replaceAll('/%24', '/$'), ...query].join('?');
}

/** Bytes of a body where no report is taken: a token's form, or an address that is none. */
const largestForm = 64 * 1024;
/** Reports that are unpacked and read at once, each up to `largestReport` and what is read out of it. */
const mostUnpacked = 4;
function registerOpenRoutes(server: FastifyInstance, findTrouble: () => string | undefined): void {
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const reason = findTrouble();
    if (reason === undefined) return { status: 'ready' };
    return reply.code(503).send({ status: 'not-ready', reason });
  });
  for (const url of ['/healthz', '/readyz', '/', '/v1/openapi.json']) refuseOthers(server, url, 'GET');
}
