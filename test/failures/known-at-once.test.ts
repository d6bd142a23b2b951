import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;
const now = (): Date => new Date('2026-06-10T08:00:00Z');
const audience = 'https://api.securitycenter.microsoft.com';

interface Node {
  readonly application: Application;
  readonly server: FastifyInstance;
}

/** No notifications: what is known at once was asked for. */
async function openNode(url: string): Promise<Node> {
  const store = openPostgresStore({ url, directUrl: null, poolSize: 3 }, { now });
  await store.opened;
  const engine = catalogueEngine(loadStarterCatalogue(), true);
  const application = openApplication({ store, dataFolder: temporaryFolder({ after }), now, engine });
  const server = createServer({ application, logger: false, now });
  after(async () => {
    await server.close();
    await application.close();
  });
  return { application, server };
}

async function status({ server }: Node, options: InjectOptions): Promise<number> {
  return (await server.inject(options)).statusCode;
}

async function tokenFor({ application }: Node, tenant = 'default'): Promise<string> {
  return issueToken({
    application,
    tenant: application.getTenant(tenant),
    clientId: localOperatorClientId,
    roles: allRoles,
    audience,
    issuer: 'http://localhost:80',
    now: now(),
  });
}

function withToken(url: string, token: string): InjectOptions {
  return { url, headers: { authorization: `Bearer ${token}` } };
}

async function clientForm({ application }: Node, tenant = 'default'): Promise<InjectOptions> {
  const { tenantId, clientId, clientSecret } = await application.createClient(
    application.getTenant(tenant),
    'made',
    [],
  );
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    resource: audience,
  };
  return {
    method: 'POST',
    url: `/${tenantId}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  };
}

/** Each makes something at one node and asks another for it. */
const cases: readonly (readonly [shows: string, expected: number, ask: (one: Node) => Promise<InjectOptions>])[] = [
  ['the first token of all, by the first key', 200, async (one) => withToken('/v1/status', await tokenFor(one))],
  ['a client that asks for a token', 200, (one) => clientForm(one)],
  [
    'a client that signs in to the page',
    200,
    async ({ application }) => {
      const { clientId, clientSecret } = await application.createClient(application.getTenant('default'), 'page', []);
      const payload = { client_id: clientId, client_secret: clientSecret };
      return { method: 'POST', url: '/v1/session', payload };
    },
  ],
  [
    'a client of a tenant that was made as well',
    200,
    async (one) => {
      await one.application.createTenant('made-with-a-client');
      return clientForm(one, 'made-with-a-client');
    },
  ],
  [
    'a token of a tenant',
    200,
    async (one) => {
      await one.application.createTenant('made-with-a-token');
      return withToken('/v1/status', await tokenFor(one, 'made-with-a-token'));
    },
  ],
  [
    'a token by a key that took the place of another',
    200,
    async (one) => {
      await one.application.rotateTokenKey();
      return withToken('/v1/status', await tokenFor(one));
    },
  ],
  [
    'a session',
    200,
    async ({ application }) => {
      const tenant = application.getTenant('default');
      const user = { holder: 'operator', holderId: 'operator', name: 'operator', roles: allRoles } as const;
      const { secret } = await application.sessions.start(tenant, user);
      return { url: '/v1/status', headers: { cookie: `kbgap-session=${secret}` } };
    },
  ],
  [
    'a link that signs in once',
    303,
    async ({ application }) => {
      const tenant = application.getTenant('default');
      const user = { holder: 'operator', holderId: 'operator', name: 'operator', roles: allRoles } as const;
      return { url: `/open?code=${(await application.sessions.createLink(tenant, user)).secret}` };
    },
  ],
  [
    'a link to a file, by a key that was just made',
    200,
    async (one) => {
      await one.application.rotateTokenKey();
      const asked = withToken('/api/machines/SoftwareVulnerabilitiesExport', await tokenFor(one));
      const { exportFiles } = (await one.server.inject(asked)).json<{ exportFiles: readonly string[] }>();
      const { pathname, search } = new URL(exportFiles[0] ?? '');
      return { url: pathname + search };
    },
  ],
  [
    'a secret by which osquery enrols',
    200,
    async ({ application }) => {
      const { secret } = await application.osquery.createSecret(application.getTenant('default'), 'made');
      const payload = { enroll_secret: secret, host_identifier: 'pc-1' };
      return { method: 'POST', url: '/osquery/enroll', payload };
    },
  ],
  ['a token that nobody gave is refused still', 401, async () => withToken('/v1/status', 'a.b.c')],
];

const url = await cluster?.createDatabase('known');
const nodes = url === undefined ? [] : [await openNode(url), await openNode(url)];

describe('what one node gave is good at another at once', { skip: missing ?? false }, () => {
  for (const [shows, expected, ask] of cases) {
    it(shows, async () => {
      const [one, two] = nodes;
      assert.ok(one && two);
      const answer = await two.server.inject(await ask(one));
      assert.equal(answer.statusCode, expected, answer.body.slice(0, 300));
      assert.notEqual(answer.headers.location, '/sign-in?failed=link');
    });
  }

  it('while the database is away a token that is not known is not called wrong', async () => {
    const [one, two] = nodes;
    assert.ok(one && two);
    const token = await tokenFor(one);
    assert.equal(await status(two, withToken('/v1/status', token)), 200);
    await cluster?.stop('SIGKILL');
    assert.equal(await status(two, withToken('/healthz', token)), 200);
    assert.equal(await status(two, withToken('/v1/status', 'a.b.c')), 503);
    await cluster?.restart();
  });
});
