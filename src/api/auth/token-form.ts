import type { FastifyRequest } from 'fastify';
import type { ClientCredentials } from '../../operations/clients.ts';
import type { TokenVersion } from './issue-token.ts';
import { TokenRefusal } from './token-refusal.ts';

/** The fields that mean something here; of all others it does not matter how often they come. */
const fieldNames = ['grant_type', 'client_id', 'client_secret', 'client_assertion', 'resource', 'scope'] as const;

export type TokenForm = Readonly<Partial<Record<(typeof fieldNames)[number], string>>>;

/** Of a request for a token. An empty field counts as none. @throws {TokenRefusal} */
export function readTokenForm(request: FastifyRequest): TokenForm {
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type.trim()))
    throw new TokenRefusal('not-a-form', 'The request body must be application/x-www-form-urlencoded.');
  const body = request.body instanceof Uint8Array ? Buffer.from(request.body).toString('utf8') : '';
  const fields = new URLSearchParams(body.startsWith('\uFEFF') ? body.slice(1) : body);
  const form: Partial<Record<(typeof fieldNames)[number], string>> = {};
  for (const name of fieldNames) {
    const [value, ...others] = fields.getAll(name);
    if (others.length > 0)
      throw new TokenRefusal(
        'duplicate-field',
        `The request is not properly formatted. The parameter '${name}' is duplicated.`,
      );
    if (value !== undefined && value.trim() !== '') form[name] = value;
  }
  return form;
}

/** @throws {TokenRefusal} naming the field, as Entra ID does. */
export function required(form: TokenForm, name: keyof TokenForm): string {
  const value = form[name];
  if (value === undefined)
    throw new TokenRefusal('missing-field', `The request body must contain the following parameter: '${name}'.`);
  return value;
}

/** Scopes of OpenID that some libraries always add; they ask for no resource. */
const openIdScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

/**
 * The resource that a token is asked for. v1 names it in `resource`, v2 in a scope `<resource>/.default`; each is understood
 * at both routes. It is not checked whether kbgap answers for it. @throws {TokenRefusal}
 */
export function readResource(form: TokenForm, version: TokenVersion): string {
  const { resource, scope } = form;
  if (resource !== undefined && (version === 'v1' || scope === undefined)) return resource.trim();
  return resourceOfScopes(scope ?? required(form, version === 'v1' ? 'resource' : 'scope'));
}

function resourceOfScopes(text: string): string {
  const scopes = text.split(/\s+/).filter((scope) => scope !== '' && !openIdScopes.has(scope.toLowerCase()));
  const resources = new Set<string>();
  for (const scope of scopes) {
    const resource = /^(.+)\/\.default$/i.exec(scope)?.[1];
    if (resource === undefined)
      throw new TokenRefusal(
        'scope-not-default',
        'The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
      );
    resources.add(resource);
  }
  const [resource, ...others] = resources;
  if (resource === undefined)
    throw new TokenRefusal('invalid-scope', "The provided request must include a 'scope' that names a resource.");
  if (others.length > 0)
    throw new TokenRefusal(
      'several-resources',
      'Provided value for the input parameter scope is not valid because it contains more than one resource.',
    );
  return resource;
}

/** In the form or as HTTP Basic (RFC 6749, section 2.3.1). @throws {TokenRefusal} */
export function readCredentials(request: FastifyRequest, form: TokenForm): ClientCredentials {
  const basic = form.client_secret === undefined ? readBasic(request.headers.authorization) : undefined;
  if (basic !== undefined) {
    if (form.client_id !== undefined && form.client_id.trim().toLowerCase() !== basic.clientId.toLowerCase())
      throw new TokenRefusal('two-clients', 'The Authorization header and the request body name different clients.');
    return basic;
  }
  const clientId = required(form, 'client_id').trim();
  if (form.client_secret === undefined)
    throw new TokenRefusal(
      'missing-secret',
      form.client_assertion === undefined
        ? "The 'client_secret' is required for the 'client_credentials' grant type."
        : "A 'client_assertion' is not taken here: the 'client_secret' is required for the 'client_credentials' grant type.",
    );
  return { clientId, clientSecret: form.client_secret };
}

function readBasic(header: string | undefined): ClientCredentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  return { clientId: decode(text.slice(0, colon)).trim(), clientSecret: decode(text.slice(colon + 1)) };
}

/** Both parts are form-encoded first; what cannot be decoded was not. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}
