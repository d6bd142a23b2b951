import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../../../operations/application.ts';
import type { ClientCredentials } from '../../../operations/clients.ts';
import { tokenLifetimeSeconds } from '../../../operations/token-keys.ts';
import type { Tenant } from '../../../store/store.ts';
import { isAudience } from '../../auth/audiences.ts';
import type { GuessThrottle } from '../../auth/guess-throttle.ts';
import { issueToken } from '../../auth/issue-token.ts';
import type { TokenVersion } from '../../auth/issue-token.ts';
import { readCredentials, readResource, readTokenForm, required } from '../../auth/token-form.ts';
import { TokenRefusal } from '../../auth/token-refusal.ts';
import { tenantOf } from './tenant-of.ts';

export interface TokenRouteOptions {
  readonly application: Application;
  readonly now: () => Date;
  readonly baseUrlOf: (request: FastifyRequest) => string;
  /** What a token may be asked for beside Defender's resources. */
  readonly ownOrigins: (request: FastifyRequest) => readonly string[];
  readonly throttle: GuessThrottle;
}

/**
 * POST /{tenant}/oauth2/token (v1, `resource`) and /{tenant}/oauth2/v2.0/token (v2, `scope`): client credentials for a
 * bearer token. Unknown fields are ignored. @throws {TokenRefusal}
 */
export async function postToken(
  request: FastifyRequest,
  reply: FastifyReply,
  options: TokenRouteOptions & { readonly version: TokenVersion },
): Promise<unknown> {
  const { application, now, baseUrlOf, ownOrigins, version } = options;
  const at = now();
  const tenant = tenantOf(request, application);
  const form = readTokenForm(request);
  if (required(form, 'grant_type') !== 'client_credentials')
    throw new TokenRefusal('unsupported-grant', "The grant type is not supported: only 'client_credentials' is.");
  const credentials = readCredentials(request, form);
  const audience = readResource(form, version);
  if (!isAudience(audience, ownOrigins(request))) throw unknownResource(audience, tenant);
  const client = checkClient(tenant, credentials, { ...options, address: request.ip, at });
  const token = await issueToken({
    application,
    tenant,
    ...client,
    audience,
    issuer: baseUrlOf(request),
    now: at,
    version,
  });
  return reply.send(version === 'v2' ? bodyOfV2(token) : bodyOfV1(token, audience, at));
}

/** A second less than the token lives, as Entra ID says it. */
const expiresIn = tokenLifetimeSeconds - 1;

function bodyOfV2(token: string): object {
  return { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token };
}

/** v1 sends its numbers as text. */
function bodyOfV1(token: string, resource: string, at: Date): object {
  const seconds = Math.floor(at.getTime() / 1000);
  return {
    token_type: 'Bearer',
    expires_in: String(expiresIn),
    ext_expires_in: String(expiresIn),
    expires_on: String(seconds + expiresIn),
    not_before: String(seconds - 300),
    resource,
    access_token: token,
  };
}

interface Attempt extends TokenRouteOptions {
  readonly address: string;
  readonly at: Date;
}

/** @throws {TokenRefusal} where id and secret do not fit, or too many have been tried. */
function checkClient(
  tenant: Tenant,
  credentials: ClientCredentials,
  { application, throttle, address, at }: Attempt,
): { readonly clientId: string; readonly roles: readonly string[] } {
  const name = `${tenant.id} ${credentials.clientId.toLowerCase().slice(0, 100)}`;
  const leave = throttle.enter(name, address, at.getTime());
  if (leave.kind === 'blocked') throw tooMany(leave.retrySeconds);
  const client = application.findClient(tenant, credentials); // the same work whether the client exists or not
  if (client !== undefined) {
    throttle.countRight(name, address);
    return client;
  }
  throttle.countWrong(name, address, at.getTime());
  if (leave.kind === 'only-right') throw tooMany(leave.retrySeconds);
  const shown = guid.test(credentials.clientId) ? `'${credentials.clientId}'` : 'of the request';
  const known = application.describeClient(tenant, credentials.clientId);
  if (known === 'unknown')
    throw new TokenRefusal(
      'unknown-client',
      `Application with identifier ${shown} was not found in the directory '${tenant.name}'.`,
    );
  if (known === 'revoked')
    throw new TokenRefusal('revoked-client', `The provided client secret keys for app ${shown} are revoked.`);
  throw new TokenRefusal(
    'wrong-secret',
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app ${shown}.`,
  );
}

function tooMany(retrySeconds: number): TokenRefusal {
  return new TokenRefusal('too-many-attempts', 'There were too many wrong secrets; try again later.', { retrySeconds });
}

/** A text that is no GUID may be a secret in the wrong field: it is not sent back. */
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function unknownResource(audience: string, tenant: Tenant): TokenRefusal {
  const isShown = guid.test(audience) || /^https?:\/\/[\w.-]{1,200}(?::\d+)?\/?$/i.test(audience);
  const name = isShown ? ` named ${audience}` : '';
  return new TokenRefusal(
    'unknown-resource',
    `The resource principal${name} was not found in the tenant named ${tenant.name}. Expected one of Microsoft Defender for Endpoint, such as https://api.securitycenter.microsoft.com, or this server's own address.`,
  );
}
