import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../../../operations/application.ts';
import type { Tenant } from '../../../store/store.ts';
import { isAudience } from '../../auth/audiences.ts';
import { issueToken, tokenLifetimeSeconds } from '../../auth/issue-token.ts';

export interface TokenRouteOptions {
  readonly application: Application;
  readonly now: () => Date;
  readonly baseUrlOf: (request: FastifyRequest) => string;
  readonly version: 'v1' | 'v2';
}

/** A refusal in the words of Entra ID: clients print both and search the description for the AADSTS number. */
interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly number: number;
  readonly text: string;
}

/**
 * POST /{tenant}/oauth2/token (v1, `resource`) and /{tenant}/oauth2/v2.0/token (v2, `scope`): client credentials for a
 * bearer token. Unknown fields are ignored.
 */
export async function postToken(
  request: FastifyRequest,
  reply: FastifyReply,
  options: TokenRouteOptions,
): Promise<unknown> {
  const { application, now, baseUrlOf, version } = options;
  const form = new URLSearchParams(
    request.body instanceof Uint8Array ? Buffer.from(request.body).toString('utf8') : '',
  );
  const at = now();
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache').type('application/json; charset=utf-8');
  const refuse = ({ status, error, number, text }: Refusal): unknown =>
    reply.code(status).send({
      error,
      error_description: `AADSTS${number}: ${text} Trace ID: ${request.id} Timestamp: ${at.toISOString()}`,
      error_codes: [number],
      timestamp: at.toISOString(),
      trace_id: request.id,
      correlation_id: request.id,
    });
  const tenant = findTenant(application, (request.params as { readonly tenant: string }).tenant);
  if (tenant === undefined)
    return refuse({
      status: 400,
      error: 'invalid_request',
      number: 90002,
      text: 'Tenant not found. Check the tenant in the address.',
    });
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
    return refuse({
      status: 400,
      error: 'invalid_request',
      number: 900144,
      text: 'The body must be application/x-www-form-urlencoded.',
    });
  }
  const grant = form.get('grant_type');
  if (grant === null)
    return refuse({
      status: 400,
      error: 'invalid_request',
      number: 900144,
      text: "The request body must contain the parameter 'grant_type'.",
    });
  if (grant !== 'client_credentials')
    return refuse({
      status: 400,
      error: 'unsupported_grant_type',
      number: 70003,
      text: `The grant type '${grant.slice(0, 60)}' is not supported.`,
    });
  const audience = audienceOf(form, version);
  const origin = baseUrlOf(request);
  if (audience === undefined || !isAudience(audience, [origin])) {
    const text = `The resource principal named ${audience?.slice(0, 200) ?? '(none)'} was not found in the tenant named ${tenant.name}.`;
    return refuse({
      status: 400,
      error: version === 'v1' ? 'invalid_resource' : audience === undefined ? 'invalid_scope' : 'invalid_resource',
      number: 500011,
      text,
    });
  }
  const credentials = credentialsOf(request, form);
  const client = application.findClient(tenant, credentials);
  if (client === undefined)
    return refuse({
      status: 401,
      error: 'invalid_client',
      number: 7000215,
      text: 'Invalid client secret provided, or the client is not known.',
    });
  const token = await issueToken({
    application,
    tenant,
    clientId: client.clientId,
    roles: client.roles,
    audience,
    issuer: origin,
    now: at,
  });
  const lifetime = tokenLifetimeSeconds - 1;
  if (version === 'v2')
    return reply.send({ token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: token });
  const seconds = Math.floor(at.getTime() / 1000);
  return reply.send({
    token_type: 'Bearer',
    expires_in: lifetime,
    ext_expires_in: lifetime,
    expires_on: String(seconds + lifetime),
    not_before: String(seconds),
    resource: audience,
    access_token: token,
  });
}

function findTenant(application: Application, idOrName: string): Tenant | undefined {
  try {
    return application.getTenant(idOrName);
  } catch {
    return undefined;
  }
}

/** v1 names the resource itself, v2 a scope `<resource>/.default`; each is understood in both. */
function audienceOf(form: URLSearchParams, version: TokenRouteOptions['version']): string | undefined {
  const scope = form
    .get('scope')
    ?.split(' ')
    .find((each) => each.endsWith('/.default'));
  const fromScope = scope?.slice(0, -'/.default'.length);
  const resource = form.get('resource') ?? undefined;
  return version === 'v1' ? (resource ?? fromScope) : (fromScope ?? resource);
}

/** In the form, or as HTTP Basic. */
function credentialsOf(
  request: FastifyRequest,
  form: URLSearchParams,
): { readonly clientId: string; readonly clientSecret: string } {
  const basic = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic !== undefined && form.get('client_id') === null) {
    const text = Buffer.from(basic, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { clientId: decode(text.slice(0, Math.max(0, colon))), clientSecret: decode(text.slice(colon + 1)) };
  }
  return { clientId: form.get('client_id') ?? '', clientSecret: form.get('client_secret') ?? '' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
