import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { ApiError } from '../../errors.ts';
import { TokenRefusal, refusalBody } from '../../auth/token-refusal.ts';
import { instanceDiscovery, keySet, openIdConfiguration } from './discovery.ts';
import { postToken } from './post-token.ts';
import type { TokenRouteOptions } from './post-token.ts';
import { tenantAnywhere } from './tenant-of.ts';

/** A form with a client secret has some hundred bytes; one with an assertion some thousand. */
const largestForm = 64 * 1024;

type Options = TokenRouteOptions;

/** The embedded issuer: what a client asks before it asks anything else. `{tenant}` is a GUID or a name. */
export function registerTokenRoutes(server: FastifyInstance, options: Options): void {
  void server.register((scope, _, done) => {
    scope.setErrorHandler((error: FastifyError, request, reply) => sendRefusal(error, request, reply, options));
    for (const version of ['v1', 'v2'] as const) {
      const [oauth2, wellKnown, keys] =
        version === 'v1' ? ['oauth2', '', 'discovery'] : ['oauth2/v2.0', 'v2.0/', 'discovery/v2.0'];
      scope.post(`/:tenant/${oauth2}/token`, { bodyLimit: largestForm }, (request, reply) => {
        reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
        return postToken(request, reply, { ...options, version });
      });
      refuseOthers(scope, `/:tenant/${oauth2}/token`, 'POST');
      open(scope, `/:tenant/${wellKnown}.well-known/openid-configuration`, async (request) =>
        openIdConfiguration(options.baseUrlOf(request), await tenantAnywhere(request, options.application), version),
      );
      open(scope, `/:tenant/${keys}/keys`, async (request) => {
        if (!/^\/common\//i.test(request.url)) await tenantAnywhere(request, options.application);
        return keySet(await options.application.listVerifyingKeys());
      });
    }
    open(scope, '/common/discovery/instance', (request) => {
      const { authorization_endpoint: endpoint } = request.query as Readonly<Record<string, unknown>>;
      return instanceDiscovery(options.baseUrlOf(request), typeof endpoint === 'string' ? endpoint : undefined);
    });
    done();
  });
}

/** What anybody may read, pages in a browser too. */
function open(
  scope: FastifyInstance,
  url: string,
  answer: (request: FastifyRequest) => object | Promise<object>,
): void {
  scope.get(url, async (request, reply) => {
    const body = await answer(request);
    return reply.header('cache-control', 'private, max-age=300').header('access-control-allow-origin', '*').send(body);
  });
  refuseOthers(scope, url, 'GET');
}

const allMethods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function refuseOthers(scope: FastifyInstance, url: string, allowed: 'GET' | 'POST'): void {
  scope.route({
    method: allMethods.filter((method) => method !== allowed),
    url,
    async onRequest(request, reply) {
      reply.header('allow', allowed === 'GET' ? 'GET, HEAD' : allowed);
      throw new ApiError(405, 'MethodNotAllowed', `Expected ${allowed}, got ${request.method}.`);
    },
    handler: () => undefined,
  });
}

function sendRefusal(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  options: Options,
): FastifyReply {
  if (error instanceof ApiError) throw error; // in Defender's shape: no client asks for a token by another method
  const refusal = toRefusal(error);
  if (refusal.status >= 500) request.log.error({ err: error }, 'request failed');
  else request.log.info({ reason: refusal.reason, address: request.ip }, 'no token given');
  if (refusal.retrySeconds !== undefined) reply.header('retry-after', String(refusal.retrySeconds));
  if (refusal.status === 401 && request.headers.authorization !== undefined)
    reply.header('www-authenticate', 'Basic realm="kbgap"');
  return reply
    .code(refusal.status)
    .header('cache-control', 'no-store')
    .header('pragma', 'no-cache')
    .send(
      refusalBody(refusal, {
        now: options.now(),
        traceId: request.id || randomUUID(),
        correlationId: correlationIdOf(request) ?? request.id,
      }),
    );
}

function toRefusal(error: FastifyError): TokenRefusal {
  if (error instanceof TokenRefusal) return error;
  if (error.statusCode === 413)
    return new TokenRefusal('too-large', `The request body is larger than ${largestForm} bytes.`);
  if ((error.statusCode ?? 500) < 500) return new TokenRefusal('unreadable', 'The request cannot be read.');
  return new TokenRefusal('internal', 'The request failed inside kbgap; its log says why under this trace ID.');
}

/** MSAL sends one, in a header or as a parameter, and shows it to its user. */
function correlationIdOf(request: FastifyRequest): string | undefined {
  const { 'client-request-id': asked } = request.query as Readonly<Record<string, unknown>>;
  return [request.headers['client-request-id'], asked].find(
    (id): id is string => typeof id === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id),
  );
}
