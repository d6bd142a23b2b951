import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import type { Route } from '../../src/api/routes/route.ts';
import { contractRoutes, foreignRoutes, ownRoutes } from '../../src/api/routes/routes.ts';
import { createServer } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = (): Date => new Date('2026-11-23T12:00:00Z');
const application = openApplication({
  dataFolder: temporaryFolder({ after }),
  now,
  engine: catalogueEngine(loadStarterCatalogue(), true),
});
const server = createServer({ application, logger: false, now });
after(async () => {
  await server.close();
  await application.close();
});

const tenant = await application.createTenant('contoso');

const windows = { name: 'Windows 11 Pro', build: '10.0.26100.8000', architecture: 'x64', installationType: 'Client' };
const hiddenOs = {
  name: 'Windows Server 2019 Standard',
  build: '10.0.17763.3650',
  architecture: 'x64',
  installationType: 'Server',
};

async function report(name: string, tag: string, os: object = windows): Promise<string> {
  const native = { schema: 'kbgap-inventory/1', device: { name, tags: [tag] }, os };
  const incoming = { inventory: readNative(native), raw: Buffer.from('{}'), format: 'native', receivedAt: now() };
  return (await application.applyReport(tenant, incoming)).deviceId;
}

await application.groups.create(tenant, { name: 'Berlin', rule: { tags: ['berlin'] }, id: 140 });
await application.groups.create(tenant, { name: 'Paris', rule: { tags: ['paris'] } });
await report('pc-1', 'berlin');
const hidden = await report('hidden-pc', 'paris', hiddenOs);
await report('hidden-too', 'paris');

const bound = await application.createClient(tenant, 'siem', [...allRoles], { groups: ['Berlin'] });

function token(clientId: string): Promise<string> {
  const audience = 'https://api.securitycenter.microsoft.com';
  return issueToken({
    application,
    tenant,
    clientId,
    roles: allRoles,
    audience,
    issuer: 'http://localhost',
    now: now(),
  });
}

const [boundToken, wholeToken] = [await token(bound.clientId), await token(localOperatorClientId)];

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function ask(bearer: string, url: string, method: Route['method'] = 'GET'): Promise<Answer> {
  const answer = await server.inject({ method, url, headers: { authorization: `Bearer ${bearer}` } });
  return { status: answer.statusCode, body: answer.body };
}

async function json<T>(bearer: string, url: string): Promise<T> {
  const { status, body } = await ask(bearer, url);
  assert.equal(status, 200, body);
  return JSON.parse(body) as T;
}

const routes = [
  ...contractRoutes.map((route) => ({ ...route, url: `/api${route.path}` })),
  ...ownRoutes.map((route) => ({ ...route, url: `/v1${route.path}` })),
  ...foreignRoutes.map((route) => ({ ...route, url: route.path })),
];
/** Routes about what is above device groups. */
const ofWholeTenant: ReadonlySet<string> = new Set(['/v1/audit', '/v1/clients']);

const reading = routes.filter(({ method }) => method === 'GET');

/** What an address must be asked with. */
const asked = (url: string): string => (url.endsWith('/why') ? `${url}?kb=4540673` : url);

describe('a client bound to device groups, on every route', () => {
  for (const { url } of reading.filter((route) => /\/(?:machines|devices)\/:id/i.test(route.url)))
    it(`GET ${url}: 404 for a device of another group, as for none`, async () => {
      const none = await ask(boundToken, asked(url.replace(':id', 'nobody')));
      for (const id of [hidden, hidden.toUpperCase(), 'hidden-pc']) {
        const { status, body } = await ask(boundToken, asked(url.replace(':id', id)));
        assert.equal(status, 404, body);
        const plain = (text: string): string =>
          text.replace(/"target":"[^"]*"/, '').replaceAll(/nobody|hidden-pc|[0-9a-f]{40}/gi, '');
        assert.equal(plain(body), plain(none.body));
      }
      assert.equal((await ask(boundToken, asked(url.replace(':id', 'pc-1')))).status, 200);
    });
  for (const { url } of reading.filter((route) => /\/software\/:id/i.test(route.url)))
    it(`GET ${url}: 404 for what no device of its groups has`, async () => {
      const of = url.replace(':id', 'microsoft-_-windows_server_2019');
      assert.equal((await ask(wholeToken, of)).status, 200);
      assert.equal((await ask(boundToken, of)).status, 404);
    });
  for (const { url } of reading.filter((route) => !route.url.includes(':') && !ofWholeTenant.has(route.url)))
    it(`GET ${url}: tells nothing of a device of another group`, async () => {
      const needed = /findby/.test(url)
        ? 'tag=Paris&ip=10.0.0.1&timestamp=2026-11-23Z'
        : 'sinceTime=2026-11-20Z&q=hidden';
      const values = /findby|Changes|search/.test(url) ? `?${needed}` : '';
      const { status, body } = await ask(boundToken, `${url}${values}`);
      assert.equal(status, 200, body);
      for (const trace of [hidden, 'hidden-pc', 'hidden-too', 'windows_server_2019', 'Paris'])
        assert.equal(body.includes(trace), false, trace);
    });

  it('counts devices of its groups only', async () => {
    const missedOn = async (bearer: string): Promise<readonly number[]> => {
      const url = '/api/machines/pc-1/getmissingkbs';
      const { value } = await json<{ readonly value: readonly { readonly machineMissedOn: number }[] }>(bearer, url);
      assert.ok(value.length > 0);
      return [...new Set(value.map(({ machineMissedOn }) => machineMissedOn))];
    };
    assert.deepEqual(await missedOn(wholeToken), [2]);
    assert.deepEqual(await missedOn(boundToken), [1]);
    const total = async (bearer: string): Promise<number> =>
      (await json<{ readonly devices: { readonly total: number } }>(bearer, '/v1/status')).devices.total;
    assert.deepEqual([await total(wholeToken), await total(boundToken)], [3, 1]);
    const counted = await json<Record<string, unknown>>(boundToken, '/api/machines?$count=true');
    assert.equal(counted['@odata.count'], 1);
  });

  for (const url of ofWholeTenant)
    it(`GET ${url}: may not be read, since it is of the whole tenant`, async () =>
      assert.equal((await ask(boundToken, url)).status, 403));
});

describe('device groups of machines', () => {
  const names = async (filter: string, bearer = wholeToken): Promise<readonly string[]> => {
    const url = `/api/machines?$filter=${encodeURIComponent(filter)}`;
    const { value } = await json<{ readonly value: readonly { readonly computerDnsName: string }[] }>(bearer, url);
    return value.map(({ computerDnsName }) => computerDnsName).sort();
  };
  it('are told by number and name', async () => {
    const machine = await json<Record<string, unknown>>(wholeToken, '/api/machines/pc-1');
    assert.deepEqual([machine['rbacGroupId'], machine['rbacGroupName']], [140, 'Berlin']);
  });
  const cases: readonly [filter: string, found: readonly string[]][] = [
    ['rbacGroupId eq 140', ['pc-1']],
    ["rbacGroupName eq 'Paris'", ['hidden-pc', 'hidden-too']],
    ["rbacGroupName ne 'Paris'", ['pc-1']],
    ['rbacGroupId in (140, 141)', ['hidden-pc', 'hidden-too', 'pc-1']],
    ['rbacGroupId eq 5', []],
    ["rbacGroupName eq 'UnassignedGroup' or rbacGroupId eq 0", []],
    ["rbacGroupName eq 'Paris' and computerDnsName eq 'hidden-pc'", ['hidden-pc']],
  ];
  for (const [filter, found] of cases) it(filter, async () => assert.deepEqual(await names(filter), found));
  it('show a bound client no more by a filter', async () =>
    assert.deepEqual(await names("rbacGroupName eq 'Paris' or rbacGroupId ge 0", boundToken), ['pc-1']));
  it('sort', async () => {
    const { value } = await json<{ readonly value: readonly { readonly rbacGroupName: string }[] }>(
      wholeToken,
      '/api/machines?$orderby=rbacGroupName desc',
    );
    assert.deepEqual(
      value.map(({ rbacGroupName }) => rbacGroupName),
      ['Paris', 'Paris', 'Berlin'],
    );
  });
});

describe('GET /v1/audit', () => {
  interface Page {
    readonly entries: readonly { readonly at: string; readonly action: string }[];
    readonly cursor: string | null;
    readonly hasMore: boolean;
  }
  it('gives lines page by page, and nothing behind the last', async () => {
    const all = await json<Page>(wholeToken, '/v1/audit');
    assert.deepEqual(
      all.entries.map(({ action }) => action),
      ['tenant.created', 'group.created', 'group.created', 'client.created'],
    );
    assert.deepEqual(Object.keys(all.entries[0] ?? {}), ['at', 'actor', 'action', 'subject', 'detail']);
    const first = await json<Page>(wholeToken, '/v1/audit?top=3');
    assert.deepEqual([first.entries.length, first.hasMore], [3, true]);
    const second = await json<Page>(wholeToken, `/v1/audit?top=3&cursor=${first.cursor}`);
    assert.deepEqual([...first.entries, ...second.entries], all.entries);
    assert.equal(second.hasMore, false);
    const rest = await json<Page>(wholeToken, `/v1/audit?Cursor=${second.cursor}`);
    assert.deepEqual(rest, { entries: [], cursor: second.cursor, hasMore: false });
    assert.equal((await json<Page>(wholeToken, '/v1/audit?since=2030-01-01')).entries.length, 0);
  });
  for (const query of ['top=0', 'top=x', 'top=1&top=2', 'since=yesterday', 'cursor=x'])
    it(`400 for ${query}`, async () => assert.equal((await ask(wholeToken, `/v1/audit?${query}`)).status, 400));
});

describe('last: tokens that were issued', () => {
  it('are good for the groups that the client is bound to now', async () => {
    const seen = async (): Promise<number> =>
      (await json<{ readonly value: readonly object[] }>(boundToken, '/api/machines')).value.length;
    assert.equal(await seen(), 1);
    await application.groups.bindClient(tenant, bound.clientId, ['Paris']);
    assert.equal(await seen(), 2);
    await application.groups.bindClient(tenant, bound.clientId, null);
    assert.equal(await seen(), 3);
  });
  it('open nothing any more when the tenant is gone, on any route', async () => {
    await application.deleteTenant('contoso');
    for (const { url, method } of routes) {
      for (const bearer of [boundToken, wholeToken])
        assert.equal((await ask(bearer, url.replace(':id', 'pc-1'), method)).status, 401, url);
    }
  });
});
