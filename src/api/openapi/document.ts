import { contractRoutes, foreignRoutes, ownRoutes } from '../routes/routes.ts';
import { Components } from './components.ts';
import type { Schema } from './components.ts';
import { otherPaths, tokenSchemas } from './other-paths.ts';
import { odataParameters, operationOf, pathOf } from './route-operation.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Schema;
  readonly servers: readonly Schema[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

const description = `Missing security updates of Windows devices, in the shape of the Microsoft Defender for Endpoint API.

Paths below \`/api\` are Microsoft's; they are also answered below \`/api/v1.0\`, and in any case. Paths below \`/v1\` are kbgap's own.`;

/** The whole HTTP interface as OpenAPI 3.1, from the lists of routes and the schemas of the contract. */
export function openApiDocument(): OpenApiDocument {
  const components = new Components();
  const paths: Record<string, Record<string, Schema>> = {};
  for (const [prefix, routes] of [
    ['/api', contractRoutes],
    ['/v1', ownRoutes],
    ['', foreignRoutes],
  ] as const) {
    for (const route of routes) {
      const operations = (paths[pathOf(prefix, route)] ??= {});
      operations[route.method.toLowerCase()] = operationOf(prefix, route, components);
    }
  }
  const all = { ...paths, ...otherPaths() } as OpenApiDocument['paths'];
  const tags = new Set(Object.values(all).flatMap((operations) => Object.values(operations).flatMap(tagsOf)));
  return {
    openapi: '3.1.0',
    info: { title: 'kbgap', version: '1', description },
    servers: [{ url: '/' }],
    tags: [...tags].map((name) => ({ name })),
    paths: all,
    components: {
      schemas: { ...components.schemas, Error: errorSchema, ...tokenSchemas },
      parameters: odataParameters,
      headers: { ETag: etagHeader, 'X-Kbgap-Coverage': coverageHeader },
      responses: {
        Error: jsonResponse('The request failed; 429 tells in `Retry-After` when to come again.', 'Error'),
        TokenRefusal: jsonResponse('No token, and why.', 'TokenRefusal'),
      },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'From `/{tenant}/oauth2/v2.0/token`.',
        },
      },
    },
  };
}

function tagsOf({ tags }: Schema): readonly string[] {
  return tags as readonly string[];
}

function jsonResponse(says: string, schema: string): Schema {
  return {
    description: says,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

const errorSchema: Schema = {
  type: 'object',
  required: ['error'],
  additionalProperties: false,
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'target'],
      additionalProperties: false,
      properties: {
        code: { type: 'string', description: '`ResourceNotFound`, `ODataError` …' },
        message: { type: 'string', description: 'May change.' },
        target: { type: 'string', format: 'uuid', description: 'The request, as the log names it.' },
      },
    },
  },
};

const etagHeader: Schema = { description: 'For `If-None-Match`.', schema: { type: 'string' } };
const coverageHeader: Schema = {
  description:
    'How well the device could be judged (`not-assessed; reason=no-patch-evidence`), or of all devices how many (`assessed=812; partly-assessed=3; not-assessed=1`).',
  schema: { type: 'string' },
};
