import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../../operations/application.ts';
import type { SessionUser, StartedSession } from '../../operations/sessions.ts';
import type { Tenant } from '../../store/store.ts';
import { checkClient } from '../auth/check-client.ts';
import type { Attempt } from '../auth/check-client.ts';
import type { GuessThrottle } from '../auth/guess-throttle.ts';
import { TokenRefusal } from '../auth/token-refusal.ts';
import { ApiError } from '../errors.ts';
import { refuseOthers } from '../register-routes.ts';
import { readSignIn } from './read-sign-in.ts';
import type { SignInForm } from './read-sign-in.ts';
import { clearSessionCookie, sessionSecretOf, setSessionCookie } from './session-cookie.ts';
import { csrfOf, requireCsrf } from './session-check.ts';
import type { SessionCheck } from './session-check.ts';

export interface SessionRouteOptions {
  readonly application: Application;
  readonly now: () => Date;
  readonly throttle: GuessThrottle;
  readonly sessions: SessionCheck;
  /** Whether the browser reaches this server by https. */
  readonly isSecure: (request: FastifyRequest) => boolean;
}

/** Bytes of a sign-in: an id, a secret and a tenant. */
const largestForm = 16 * 1024;

/**
 * How the page signs in and out. A session is a cookie that no script sees; what writes needs a header beside it.
 * `POST /v1/session` takes an API client's id and secret, `GET /open?code=` a link that `kbgap open` made.
 */
export function registerSession(server: FastifyInstance, options: SessionRouteOptions): void {
  const { application, now, throttle, sessions, isSecure } = options;
  server.route({
    method: 'GET',
    url: '/v1/session',
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const found = await sessions.findAnywhere(request);
      if (found === undefined) throw new ApiError(401, 'Unauthorized', 'Nobody is signed in.');
      return describe(found.session.scope.tenant, found.session, { ...found.session, secret: found.secret });
    },
  });
  server.route({
    method: 'POST',
    url: '/v1/session',
    bodyLimit: largestForm,
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      refuseOtherSites(request);
      const form = readSignIn(request.body);
      const attempt = { application, throttle, address: request.ip, at: now() };
      await catchUpUnlessKnown(application, form);
      const { tenant, user } = signedIn(form, attempt);
      await endFormer(request);
      const started = await application.sessions.start(tenant, user);
      setSessionCookie(reply, started, isSecure(request));
      return describe(tenant, user, started);
    },
  });
  server.route({
    method: 'DELETE',
    url: '/v1/session',
    handler: async (request, reply) => {
      const found = await sessions.findAnywhere(request);
      if (found !== undefined) {
        requireCsrf(request, found.secret);
        await application.sessions.end(found.secret);
      }
      clearSessionCookie(reply, isSecure(request));
      return reply.code(204).header('cache-control', 'no-store').send();
    },
  });
  refuseOtherMethods(server);
  server.route({ method: 'GET', url: '/open', handler: (request, reply) => openLink(request, reply, options) });
  refuseOthers(server, '/open', 'GET');

  /** Who signs in anew leaves no session behind. */
  async function endFormer(request: FastifyRequest): Promise<void> {
    const former = sessionSecretOf(request, isSecure(request));
    if (former !== undefined) await application.sessions.end(former);
  }
}

/** Uses a link up; who is signed in already, or comes too late, is led to the page, which asks for the rest. */
async function openLink(
  request: FastifyRequest,
  reply: FastifyReply,
  { application, isSecure, sessions }: SessionRouteOptions,
): Promise<FastifyReply> {
  const { code } = request.query as { readonly code?: unknown };
  const started = typeof code === 'string' ? await application.sessions.openLink(code) : undefined;
  if (started !== undefined) setSessionCookie(reply, started, isSecure(request));
  const isIn = started !== undefined || (await sessions.findAnywhere(request)) !== undefined;
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .redirect(isIn ? '/' : '/sign-in?failed=link', 303);
}

/** A form of another site must not sign somebody in as another. @throws {ApiError} */
function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const isJson = /^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '');
  if (site === 'cross-site' || site === 'same-site')
    throw new ApiError(403, 'Forbidden', 'A session is begun from this site alone.');
  if (!isJson)
    throw new ApiError(415, 'UnsupportedMediaType', 'Expected application/json with client_id and client_secret.');
}

/** @throws {ApiError} 401 where id and secret do not fit, in the same words whatever is wrong; 429 after too many. */
function signedIn(
  { clientId, clientSecret, tenant: named }: SignInForm,
  attempt: Attempt,
): { readonly tenant: Tenant; readonly user: SessionUser } {
  const { application } = attempt;
  const tenant = named === undefined ? tenantOfClient(application, clientId) : findTenant(application, named);
  try {
    const { clientId: id, roles } = checkClient(tenant, { clientId, clientSecret }, attempt);
    const name = application.listClients(tenant).find((client) => client.clientId === id)?.name ?? id;
    return { tenant, user: { holder: 'client', holderId: id, name, roles } };
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    if (error.retrySeconds !== undefined)
      throw new ApiError(429, 'TooManyRequests', error.message, { retrySeconds: error.retrySeconds });
    throw new ApiError(401, 'Unauthorized', 'Client id and secret do not fit, or the client was revoked.');
  }
}

/** A client that another node made a moment ago. */
async function catchUpUnlessKnown(application: Application, { clientId }: SignInForm): Promise<void> {
  const tenants = application.listTenants().map(({ name }) => application.getTenant(name));
  if (tenants.every((tenant) => application.describeClient(tenant, clientId) === 'unknown'))
    await application.catchUp();
}

/** Ids are GUIDs: no two tenants have the same. Where none has it, the first answers that it does not fit. */
function tenantOfClient(application: Application, clientId: string): Tenant {
  const tenants = application.listTenants().map(({ name }) => application.getTenant(name));
  const found = tenants.find((tenant) => application.describeClient(tenant, clientId) !== 'unknown') ?? tenants[0];
  if (found === undefined) throw new ApiError(401, 'Unauthorized', 'There is no tenant.');
  return found;
}

function findTenant(application: Application, named: string): Tenant {
  try {
    return application.getTenant(named);
  } catch {
    throw new ApiError(401, 'Unauthorized', 'Client id and secret do not fit, or the client was revoked.');
  }
}

/** What the page knows of who is signed in. */
function describe(tenant: Tenant, { name, roles }: SessionUser, { secret, expiresAt }: StartedSession): object {
  return { tenant: { id: tenant.id, name: tenant.name }, name, roles, csrf: csrfOf(secret), expiresAt };
}

function refuseOtherMethods(server: FastifyInstance): void {
  server.route({
    method: ['PUT', 'PATCH', 'OPTIONS'],
    url: '/v1/session',
    async onRequest(request, reply) {
      reply.header('allow', 'GET, HEAD, POST, DELETE');
      throw new ApiError(405, 'MethodNotAllowed', `Expected GET, POST or DELETE, got ${request.method}.`);
    },
    handler: () => undefined,
  });
}
