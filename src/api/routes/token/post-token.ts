import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../../../operations/application.ts';
import { tokenLifetimeSeconds } from '../../../operations/token-keys.ts';
import type { Tenant } from '../../../store/store.ts';
import { isAudience } from '../../auth/audiences.ts';
import { checkClient } from '../../auth/check-client.ts';
import type { GuessThrottle } from '../../auth/guess-throttle.ts';
import { guid } from '../../auth/guid.ts';
import { issueToken } from '../../auth/issue-token.ts';
import type { TokenVersion } from '../../auth/issue-token.ts';
import { readCredentials, readResource, readTokenForm, required } from '../../auth/token-form.ts';
import { TokenRefusal } from '../../auth/token-refusal.ts';
import { tenantAnywhere } from './tenant-of.ts';

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
  const tenant = await tenantAnywhere(request, application);
  const form = readTokenForm(request);
  if (required(form, 'grant_type') !== 'client_credentials')
    throw new TokenRefusal('unsupported-grant', "The grant type is not supported: only 'client_credentials' is.");
  const credentials = readCredentials(request, form);
  const audience = readResource(form, version);
  if (!isAudience(audience, ownOrigins(request))) throw unknownResource(audience, tenant);
  // Another node may have made it a moment ago.
  if (application.describeClient(tenant, credentials.clientId) === 'unknown') await application.catchUp();
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

function unknownResource(audience: string, tenant: Tenant): TokenRefusal {
  const isShown = guid.test(audience) || /^https?:\/\/[\w.-]{1,200}(?::\d+)?\/?$/i.test(audience);
  const name = isShown ? ` named ${audience}` : '';
  return new TokenRefusal(
    'unknown-resource',
    `The resource principal${name} was not found in the tenant named ${tenant.name}. Expected one of Microsoft Defender for Endpoint, such as https://api.securitycenter.microsoft.com, or this server's own address.`,
  );
}
