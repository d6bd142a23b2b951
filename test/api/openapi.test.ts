import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { osqueryEndpoints } from '../../src/api/osquery/endpoints.ts';
import type { OpenApiDocument } from '../../src/api/openapi/document.ts';
import { pathOf } from '../../src/api/openapi/route-operation.ts';
import { contractRoutes, foreignRoutes, ownRoutes } from '../../src/api/routes/routes.ts';
import { routeSamples } from '../support/route-samples.ts';
import { startTwoTenants } from '../support/two-tenants.ts';

const { server, application, tenant, token, ask, report } = await startTwoTenants();
const bearer = await token();
for (const [name, build] of Object.entries({ pc1: '10.0.26100.1', pc3: '10.0.22621', pc4: '10.0.26100.8000' }))
  await report(tenant, { name, tags: ['lab'], ipAddresses: ['10.0.0.1', 'fe80::1'] }, build);

await application.createClient(tenant, 'reader', []);

const answer = await ask({ url: '/v1/openapi.json' });
const document = JSON.parse(answer.body) as OpenApiDocument;

type Json = Readonly<Record<string, unknown>>;

function* within(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Json;
  for (const each of Object.values(value)) yield* within(each);
}

function resolve(reference: string): unknown {
  assert.match(reference, /^#\//);
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Json)[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the description of the API', () => {
  it('is OpenAPI 3.1, open to all, and the same for all', () => {
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.match(document.openapi, /^3\.1\.\d+$/);
    for (const key of ['title', 'version']) assert.equal(typeof document.info[key], 'string');
  });

  it('every reference leads somewhere', () => {
    let references = 0;
    for (const { $ref } of within(document)) {
      if (typeof $ref !== 'string') continue;
      references += 1;
      assert.equal(typeof resolve($ref), 'object', $ref);
    }
    assert.ok(references > 50);
  });

  it('every component is used', () => {
    const used = new Set([...within(document)].map(({ $ref }) => $ref));
    for (const [kind, components] of Object.entries(document.components)) {
      if (kind === 'securitySchemes') continue;
      for (const name of Object.keys(components))
        assert.ok(used.has(`#/components/${kind}/${name}`), `${kind}/${name}`);
    }
  });

  it('operations have ids of their own, a summary, a declared tag, and declare what is in their path', () => {
    const ids = operations.map(({ operation }) => String(operation['operationId']));
    assert.equal(new Set(ids).size, ids.length);
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { path, operation } of operations) {
      assert.match(String(operation['operationId']), /^[a-z][A-Za-z0-9]+$/);
      assert.ok(typeof operation['summary'] === 'string' && operation['summary'].length > 5, path);
      for (const tag of operation['tags'] as readonly string[]) assert.ok(tags.has(tag), tag);
      const declared = ((operation['parameters'] ?? []) as readonly Json[]).filter((each) => each['in'] === 'path');
      assert.deepEqual(
        declared.map((each) => String(each['name'])).sort(compare),
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort(compare),
      );
      assert.ok(declared.every((each) => each['required'] === true));
      const codes = Object.keys(operation['responses'] as Json);
      assert.ok(
        codes.some((code) => ['200', '204', '303'].includes(code)) && codes.every((code) => /^[2345]\d\d$/.test(code)),
        path,
      );
    }
  });

  it('has every route of the lists, and those beside them', () => {
    const known = new Set(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`));
    const routes = [
      ...contractRoutes.map((route) => `${route.method} ${pathOf('/api', route)}`),
      ...ownRoutes.map((route) => `${route.method} ${pathOf('/v1', route)}`),
      ...foreignRoutes.map((route) => `${route.method} ${pathOf('', route)}`),
      ...osqueryEndpoints.map(({ path }) => `POST /osquery${path}`),
      'GET /exports/{file}',
      'GET /healthz',
      'GET /readyz',
      'GET /metrics',
      'GET /v1/openapi.json',
      'GET /{tenant}/.well-known/openid-configuration',
      'GET /{tenant}/v2.0/.well-known/openid-configuration',
      'GET /{tenant}/discovery/keys',
      'GET /{tenant}/discovery/v2.0/keys',
      'GET /common/discovery/instance',
      'POST /{tenant}/oauth2/token',
      'POST /{tenant}/oauth2/v2.0/token',
      'GET /v1/session',
      'POST /v1/session',
      'DELETE /v1/session',
      'GET /v1/session/providers',
      'GET /v1/session/start/{id}',
      'GET /v1/session/callback',
      'GET /open',
    ];
    for (const route of routes) assert.ok(known.has(route), route);
    assert.equal(known.size, routes.length);
  });
});

/** Every address that the server answers, in lower case: the router prints them as a tree, four columns a step. */
function registered(): readonly string[] {
  const above: string[] = [];
  return server
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, before, text] = /^((?:[│ ] {3})*[├└]── )(\S*)(?: \([^)]*\))?$/.exec(line) ?? [];
      if (before === undefined || text === undefined) return [];
      const depth = before.length / 4 - 1;
      above.splice(depth, above.length, text);
      return [above.slice(1, depth + 1).join('')].map((path) => `/${path}`);
    });
}

/** Other names of addresses that are described, and the page itself. */
const aliases = /^\/(?:$|v1\/docs|api\/v1\.0\/|api\/osquery\/|api\/v1\/osquery\/)/;

it('every address that the server answers is described', async () => {
  await server.ready();
  const described = new Set(Object.keys(document.paths).map((path) => path.toLowerCase()));
  const paths = registered();
  assert.ok(paths.includes('/api/machines/:id/getmissingkbs'), paths.join(' '));
  for (const path of paths) if (!aliases.test(path)) assert.ok(described.has(path.replaceAll(/:(\w+)/g, '{$1}')), path);
});

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, 'api');

/** Where keys of `value` stand in another order than in its schema. */
function misplaced(value: unknown, schema: Json, at = ''): readonly string[] {
  if (typeof schema['$ref'] === 'string') return misplaced(value, resolve(schema['$ref']) as Json, at);
  if (Array.isArray(schema['anyOf'])) {
    const fit = (schema['anyOf'] as readonly Json[]).find((each) => (value === null) === (each['type'] === 'null'));
    return fit === undefined || value === null ? [] : misplaced(value, fit, at);
  }
  if (Array.isArray(value))
    return value.flatMap((each, index) => misplaced(each, (schema['items'] ?? {}) as Json, `${at}/${index}`));
  if (typeof value !== 'object' || value === null || typeof schema['properties'] !== 'object') return [];
  const properties = schema['properties'] as Readonly<Record<string, Json>>;
  const known = Object.keys(value).filter((key) => Object.hasOwn(properties, key));
  const inOrder = Object.keys(properties).filter((key) => Object.hasOwn(value, key));
  return [
    ...(known.join() === inOrder.join() ? [] : [`${at}: ${known.join()} instead of ${inOrder.join()}`]),
    ...known.flatMap((key) => misplaced((value as Json)[key], properties[key] ?? {}, `${at}/${key}`)),
  ];
}

describe('real answers fit their schemas, keys in their order', () => {
  for (const { route, pattern, url, asked, payload, headers, status } of routeSamples) {
    if (pattern.startsWith('/api/v1.0')) continue;
    it(`${route.method} ${pattern}`, async () => {
      assert.ok(route.summary !== undefined, 'summary');
      const path = pattern.replaceAll(/:(\w+)/g, '{$1}');
      const operation = document.paths[path]?.[route.method.toLowerCase()];
      const sent = payload === undefined ? {} : { payload };
      const { status: got, body } = await ask({
        method: route.method,
        url: asked(url),
        token: bearer,
        headers,
        ...sent,
      });
      assert.equal(got, status, body);
      assert.ok(operation !== undefined, path);
      const declared = (operation['responses'] as Readonly<Record<string, Json>>)[String(status)] as Json;
      const response = typeof declared['$ref'] === 'string' ? (resolve(declared['$ref']) as Json) : declared;
      const [[type, { schema }] = ['', {}]] = Object.entries(
        response['content'] as Readonly<Record<string, { schema?: Json }>>,
      );
      assert.ok(schema !== undefined, 'answer');
      const value: unknown = type === 'application/json' ? JSON.parse(body) : body;
      const check = ajv.compile(relocated(schema));
      assert.ok(check(value), JSON.stringify(check.errors?.slice(0, 5)));
      assert.deepEqual(misplaced(value, schema), []);
      const example = payload !== undefined && status === 200 ? bodySchema(operation, headers) : undefined;
      if (example === undefined) return;
      const fits = ajv.compile(relocated(example));
      assert.ok(fits(JSON.parse(payload ?? '')), JSON.stringify(fits.errors));
    });
  }
});

/** References of the document, as the validator knows it. */
function relocated(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/')) as Json;
}

function bodySchema(operation: Json | undefined, headers: Json): Json | undefined {
  if (Object.keys(headers).length > 0) return undefined;
  const body = operation?.['requestBody'] as { readonly content: Readonly<Record<string, { schema?: Json }>> };
  return Object.values(body.content).find(({ schema }) => schema !== undefined)?.schema;
}

describe('the schema of an inventory', () => {
  const folder = new URL('../../src/inventory/readers/native/fixtures/', import.meta.url);
  const fits = ajv.compile({ $ref: 'api#/components/schemas/Inventory' });
  for (const file of readdirSync(folder).filter((name) => /^[^.]+\.json$/.test(name)))
    it(`takes what the collector writes: ${file}`, () => {
      const value = JSON.parse(readFileSync(new URL(file, folder), 'utf8').replace(/^\uFEFF/, '')) as unknown;
      assert.ok(fits(value), JSON.stringify(fits.errors));
    });
});

describe('the page for people', () => {
  it('takes everything from this server, and runs no script of its own text', async () => {
    for (const url of ['/v1/docs', '/v1/docs/', '/V1/DOCS']) {
      const page = await ask({ url });
      assert.equal(page.status, 200);
      const policy = String(page.headers['content-security-policy']);
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /script-src 'self'(?:;|$)/);
      assert.doesNotMatch(policy, /https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
      assert.doesNotMatch(page.body, /(?:src|href)="(?:https?:)?\/\//);
      for (const [, script = '', text = ''] of page.body.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
        assert.match(script, /src="/);
        assert.equal(text.trim(), '');
      }
      for (const [, path = ''] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
        const asset = await ask({ url: new URL(path, `http://here${url}`).pathname });
        assert.equal(asset.status, 200, path);
      }
    }
  });
  it('no other file of this machine is to be had, and nothing else stands there', async () => {
    for (const url of ['/v1/docs/static/..%2f..%2fpackage.json', '/v1/docs/nothing', '/v1/docs/static/nothing.js'])
      assert.ok([401, 403, 404].includes((await ask({ url })).status), url);
  });
});
