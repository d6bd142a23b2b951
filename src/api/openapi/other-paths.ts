import { osqueryEndpoints } from '../osquery/endpoints.ts';
import type { Schema } from './components.ts';
import { operationIdOf } from './route-operation.ts';
import { sessionPaths } from './session-paths.ts';

/** Addresses that are no routes of the lists: tokens, health, osquery, and this description. */
export function otherPaths(): Readonly<Record<string, Schema>> {
  return {
    '/{tenant}/oauth2/token': { post: tokenOperation('/{tenant}/oauth2/token', 'resource') },
    '/{tenant}/oauth2/v2.0/token': { post: tokenOperation('/{tenant}/oauth2/v2.0/token', 'scope') },
    ...Object.fromEntries(issuerDocuments.map(([path, says]) => [path, { get: issuerOperation(path, says) }])),
    ...Object.fromEntries(osqueryEndpoints.map(({ path }) => [`/osquery${path}`, { post: osqueryOperation(path) }])),
    ...sessionPaths(),
    '/exports/{file}': { get: exportOperation('/exports/{file}') },
    '/healthz': { get: openOperation('/healthz', 'Whether the process answers.', health('ok')) },
    '/readyz': { get: openOperation('/readyz', 'Whether it answers with knowledge.', health('ready')) },
    '/metrics': {
      get: openOperation('/metrics', "Prometheus' metrics; for loopback unless a setting opens them.", plain),
    },
    '/v1/openapi.json': { get: openOperation('/v1/openapi.json', 'This document.', { 'application/json': {} }) },
  };
}

/** What libraries ask of an issuer before they ask for a token. */
const issuerDocuments: readonly (readonly [path: string, summary: string])[] = [
  ['/{tenant}/.well-known/openid-configuration', 'OpenID configuration of the issuer, v1.'],
  ['/{tenant}/v2.0/.well-known/openid-configuration', 'OpenID configuration of the issuer, v2.'],
  ['/{tenant}/discovery/keys', 'Keys by which its tokens are checked, v1.'],
  ['/{tenant}/discovery/v2.0/keys', 'Keys by which its tokens are checked, v2.'],
  ['/common/discovery/instance', "Where an authority is known; for Microsoft's libraries."],
];

function issuerOperation(path: string, summary: string): Schema {
  const operation = openOperation(path, summary, { 'application/json': { schema: { type: 'object' } } });
  const tenant = path.includes('{tenant}') ? { parameters: [tenantParameter] } : {};
  return { ...operation, tags: ['Tokens'], ...tenant };
}

const tenantParameter: Schema = {
  name: 'tenant',
  in: 'path',
  required: true,
  description: 'Name or GUID of the tenant.',
  schema: { type: 'string' },
};

const plain: Schema = { 'text/plain': { schema: { type: 'string' } } };

function health(status: string): Schema {
  const properties = { status: { const: status } };
  return { 'application/json': { schema: { type: 'object', required: ['status'], properties } } };
}

function openOperation(path: string, summary: string, content: Schema): Schema {
  return {
    operationId: operationIdOf('get', path),
    tags: ['Service'],
    summary,
    security: [],
    responses: { 200: { description: 'The answer.', content } },
  };
}

/** Of a link that an export by files gave. */
function exportOperation(path: string): Schema {
  const text = { type: 'string' };
  const operation = openOperation(path, 'A file of an export: one JSON object a line, packed.', {
    'application/gzip': { schema: { type: 'string', format: 'binary' } },
  });
  return {
    ...operation,
    tags: ['Exports'],
    description: 'The link itself opens it: it is signed and expires.',
    parameters: [
      { name: 'file', in: 'path', required: true, description: 'As in the link.', schema: text },
      { name: 'sig', in: 'query', required: true, description: 'As in the link.', schema: text },
    ],
    responses: {
      ...(operation['responses'] as Schema),
      ...Object.fromEntries(['403', '429'].map((status) => [status, { $ref: '#/components/responses/Error' }])),
    },
  };
}

function tokenOperation(path: string, audience: 'resource' | 'scope'): Schema {
  const text = { type: 'string' };
  const form = {
    type: 'object',
    required: ['grant_type', 'client_id', 'client_secret', audience],
    properties: {
      grant_type: { const: 'client_credentials' },
      client_id: text,
      client_secret: text,
      [audience]:
        audience === 'resource'
          ? { ...text, description: "`https://api.securitycenter.microsoft.com`, or this server's own address." }
          : { ...text, description: 'The resource and `/.default`.' },
    },
  };
  return {
    operationId: operationIdOf('post', path),
    tags: ['Tokens'],
    summary: "A client's credentials for a bearer token.",
    security: [],
    parameters: [tenantParameter],
    requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: form } } },
    responses: {
      200: {
        description: 'The token.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Token' } } },
      },
      ...Object.fromEntries(
        ['400', '401', '429'].map((status) => [status, { $ref: '#/components/responses/TokenRefusal' }]),
      ),
    },
  };
}

function osqueryOperation(path: string): Schema {
  return {
    operationId: operationIdOf('post', `/osquery${path}`),
    tags: ['osquery'],
    summary: "osquery's TLS API; also below `/api/osquery` and `/api/v1/osquery`.",
    description: 'Opened by what its body holds: an enrolment secret or a node key.',
    security: [],
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
    responses: {
      200: { description: 'What osquery expects.', content: { 'application/json': { schema: { type: 'object' } } } },
      401: { description: '`node_invalid`: the node enrols anew.' },
      429: { description: 'Too much at once.' },
    },
  };
}

/** Schemas of the token routes. */
export const tokenSchemas: Readonly<Record<string, Schema>> = {
  Token: {
    type: 'object',
    required: ['token_type', 'expires_in', 'access_token'],
    properties: {
      token_type: { const: 'Bearer' },
      expires_in: { type: 'integer', description: 'Seconds.' },
      ext_expires_in: { type: 'integer' },
      access_token: { type: 'string' },
    },
  },
  TokenRefusal: {
    type: 'object',
    required: ['error', 'error_description'],
    properties: {
      error: { type: 'string' },
      error_description: { type: 'string', description: '`AADSTS…: …`' },
      error_codes: { type: 'array', items: { type: 'integer' } },
      timestamp: { type: 'string' },
      trace_id: { type: 'string' },
      correlation_id: { type: 'string' },
    },
  },
};
