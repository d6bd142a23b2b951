import type { Schema } from './components.ts';
import { operationIdOf } from './route-operation.ts';

const text: Schema = { type: 'string' };

const session: Schema = {
  type: 'object',
  required: ['tenant', 'name', 'roles', 'csrf', 'expiresAt'],
  properties: {
    tenant: { type: 'object', required: ['id', 'name'], properties: { id: text, name: text } },
    name: { ...text, description: 'Of the client or user.' },
    roles: { type: 'array', items: text },
    csrf: { ...text, description: 'Sent as `X-Kbgap-Csrf` with everything that writes.' },
    expiresAt: { ...text, format: 'date-time' },
  },
};

const credentials: Schema = {
  type: 'object',
  required: ['client_id', 'client_secret'],
  properties: { client_id: text, client_secret: text, tenant: { ...text, description: 'Name or GUID.' } },
};

const provider: Schema = {
  type: 'object',
  required: ['id', 'name', 'start'],
  properties: { id: text, name: text, start: { ...text, description: 'Address that begins the sign-in.' } },
};

/** How the page signs in and out. */
export function sessionPaths(): Readonly<Record<string, Schema>> {
  const answer = json(session);
  return {
    '/v1/session': {
      get: operation('get', '/v1/session', 'Who is signed in.', { 200: answer, 401: error }),
      post: {
        ...operation('post', '/v1/session', "Signs in with a client's id and secret.", {
          200: answer,
          ...Object.fromEntries(['400', '401', '403', '415', '429'].map((status) => [status, error])),
        }),
        requestBody: { required: true, content: { 'application/json': { schema: credentials } } },
      },
      delete: operation('delete', '/v1/session', 'Signs out.', {
        204: { description: 'Nobody is signed in.' },
        403: error,
      }),
    },
    '/v1/session/providers': {
      get: operation('get', '/v1/session/providers', 'OpenID providers that people can sign in by.', {
        200: json({
          type: 'object',
          required: ['providers'],
          properties: { providers: { type: 'array', items: provider } },
        }),
      }),
    },
    '/v1/session/start/{id}': {
      get: {
        ...operation('get', '/v1/session/start/{id}', 'To the provider (authorization code with PKCE).', redirect),
        parameters: [
          { name: 'id', in: 'path', required: true, schema: text },
          { name: 'back', in: 'query', description: 'Path of the page to come back to.', schema: text },
        ],
      },
    },
    '/v1/session/callback': {
      get: operation('get', '/v1/session/callback', 'Back from the provider.', redirect),
    },
    '/open': {
      get: {
        ...operation('get', '/open', 'Uses up a link of `kbgap open`: signs in, then leads to the page.', redirect),
        parameters: [{ name: 'code', in: 'query', required: true, schema: text }],
      },
    },
  };
}

const error: Schema = { $ref: '#/components/responses/Error' };

const redirect: Schema = { 303: { description: 'To the page, or to the provider.' } };

function json(schema: Schema): Schema {
  return { description: 'The answer.', content: { 'application/json': { schema } } };
}

function operation(method: string, path: string, summary: string, responses: Schema): Schema {
  return { operationId: operationIdOf(method, path), tags: ['Session'], summary, security: [], responses };
}
