import type { QueryParameter, Route } from '../routes/route.ts';
import { isAboutDevice, isAboutDevices } from '../coverage-header.ts';
import type { Components, Schema } from './components.ts';

/** OData's options, as `components.parameters` has them. */
export const odataParameters: Readonly<Record<string, Schema>> = {
  filter: parameter('$filter', { type: 'string' }, "`computerDnsName eq 'pc1' and lastSeen gt 2026-01-01Z`"),
  orderby: parameter('$orderby', { type: 'string' }, '`lastSeen desc, id`'),
  select: parameter('$select', { type: 'string' }, 'Only these properties: `id,computerDnsName`.'),
  top: parameter('$top', { type: 'integer', minimum: 0 }, 'Rows in all; more than a page come by next links.'),
  skip: parameter('$skip', { type: 'integer', minimum: 0 }, 'Rows to pass over.'),
  count: parameter('$count', { type: 'boolean' }, '`true`: `@odata.count` tells the rows over all pages.'),
};

function parameter(name: string, schema: Schema, description: string): Schema {
  return { name, in: 'query', required: false, description, schema };
}

const optionsOf = { list: Object.keys(odataParameters), entity: ['select'] } as const;

/** `/machines/:id/getmissingkbs` below `/api`: `/api/machines/{id}/getmissingkbs`. */
export function pathOf(prefix: string, { path }: Pick<Route, 'path'>): string {
  return `${prefix}${path}`.replaceAll(/:(\w+)/g, '{$1}');
}

/** One operation of the document, from what the route says of itself. */
export function operationOf(prefix: string, route: Route, components: Components): Schema {
  const { method, path, roles, summary, tag, answer, answerType = 'application/json', body } = route;
  const [first = ''] = path.split('/').filter((part) => part !== '');
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name = '']) => pathParameter(name, route)),
    ...(route.options === undefined ? [] : optionsOf[route.options]).map((name) => ({
      $ref: `#/components/parameters/${name}`,
    })),
    ...(route.parameters ?? []).map((each) => ownParameter(each, components)),
  ];
  return {
    operationId: operationIdOf(method, pathOf(prefix, route)),
    tags: [tag ?? first],
    ...(summary === undefined ? {} : { summary }),
    description: roles.length === 0 ? 'Any valid token opens it.' : `Opened by one of the roles ${roles.join(', ')}.`,
    security: [{ bearer: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            description: body.description,
            required: true,
            content: Object.fromEntries(
              Object.entries(body.types).map(([type, schema]) => [
                type,
                schema === undefined ? {} : { schema: components.refer(schema) },
              ]),
            ),
          },
        }),
    responses: {
      200: {
        description: 'The answer.',
        ...(method === 'GET' ? { headers: headersOf(route) } : {}),
        content: { [answerType]: answer === undefined ? {} : { schema: components.refer(answer) } },
      },
      ...(method === 'GET' && route.streams !== true
        ? { 304: { description: '`If-None-Match` holds the answer already.' } }
        : {}),
      ...Object.fromEntries(
        ['400', '401', '403', ...(path.includes(':') ? ['404'] : []), '429', '500'].map((status) => [
          status,
          { $ref: '#/components/responses/Error' },
        ]),
      ),
    },
  };
}

function headersOf(route: Route): Schema {
  const names = [
    ...(route.streams === true ? [] : ['ETag']),
    ...(isAboutDevice(route) || isAboutDevices(route) ? ['X-Kbgap-Coverage'] : []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function pathParameter(name: string, route: Route): Schema {
  const description = isAboutDevice(route)
    ? 'Id of the device, or its name where that is unique; in any case.'
    : 'In any case.';
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

function ownParameter({ name, description, schema }: QueryParameter, components: Components): Schema {
  return { name, in: 'query', required: false, description, schema: components.refer(schema) };
}

/** `get /api/machines/{id}/getmissingkbs`: `getApiMachinesByIdGetmissingkbs`. */
export function operationIdOf(method: string, path: string): string {
  const words = path
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}
