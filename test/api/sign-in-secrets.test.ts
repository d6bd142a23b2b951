import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as send } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { contractRoutes, foreignRoutes, ownRoutes } from '../../src/api/routes/routes.ts';
import { readIssuers } from '../../src/cli/read-issuers.ts';
import { createServerLogger } from '../../src/cli/server-logger.ts';
import { openApiServer, reportDevice } from '../support/api-server.ts';
import { OpenIdProvider } from '../support/openid-provider.ts';

const lines: string[] = [];
const logger = createServerLogger('debug', { write: (line: string) => void lines.push(line) });
const provider = await OpenIdProvider.start();
after(() => provider.stop());
const issuers = readIssuers(JSON.stringify({ issuer: provider.issuer, audience: 'kbgap', tenant: 'default' }));
const { server, application, tenant, clock } = openApiServer({ logger, issuers, openMetrics: true });
await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
await reportDevice(application, tenant, 'pc1');

const client = await application.createClient(tenant, 'siem', []);
const wrong = 'wrongSecret-0123456789-recognisable';
const basicOf = (id: string, secret: string): string => Buffer.from(`${id}:${secret}`).toString('base64');

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const answers: { readonly status: number; readonly text: string }[] = [];

/** Status line, headers and body. */
async function ask({ method = 'GET', path, headers = {}, body = '' }: Sent): Promise<string> {
  const request = send({ host: '127.0.0.1', port, method, path, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const text = `${JSON.stringify(response.rawHeaders)}\n${Buffer.concat(await response.toArray()).toString('utf8')}`;
  answers.push({ status: response.statusCode ?? 0, text });
  return text;
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const fields = {
  grant_type: 'client_credentials',
  client_id: client.clientId,
  client_secret: client.clientSecret,
  resource: 'https://api.securitycenter.microsoft.com',
};
const encode = (more: Readonly<Record<string, string>>): string =>
  new URLSearchParams({ ...fields, ...more }).toString();

/** A token of each issuer; an answer that holds one is not kept. */
async function tokens(): Promise<readonly string[]> {
  const own = await ask({ method: 'POST', path: '/default/oauth2/token', headers: form, body: encode({}) });
  answers.pop();
  const exp = Math.floor(clock.now.getTime() / 1000) + 600;
  const external = await provider.sign({ aud: 'kbgap', azp: 'siem', exp, roles: ['Machine.Read.All'] });
  const unfit = await provider.sign({ aud: 'elsewhere', azp: 'siem', exp });
  return [/"access_token":"([^"]+)"/.exec(own)?.[1] ?? '', external, unfit];
}

/** Every failure of the token routes with the secret in each place where a client may put it. */
function tokenRequests(secret: string, token: string): readonly Sent[] {
  const path = '/default/oauth2/token';
  const post = (body: string, more: Partial<Sent> = {}): Sent => ({
    method: 'POST',
    path,
    headers: form,
    body,
    ...more,
  });
  const misplaced = ['client_id', 'resource', 'scope', 'grant_type'].map((name) => post(encode({ [name]: secret })));
  const authorization = `Basic ${basicOf(client.clientId, secret)}`;
  return [
    ...misplaced,
    ...misplaced.map((sent) => ({ ...sent, path: '/default/oauth2/v2.0/token' })),
    post(encode({ client_secret: secret, client_id: '11111111-2222-4333-8444-555555555555' })),
    post(encode({ client_secret: `${secret}x` })),
    post(encode({ client_secret: secret, resource: `https://${secret}.example/?client_secret=${secret}` })),
    post(encode({ client_secret: secret, resource: 'https://graph.microsoft.com' })),
    post(encode({ grant_type: 'password', password: secret })),
    post(encode({ grant_type: 'refresh_token', refresh_token: token })),
    post(`grant_type=client_credentials&client_id=${client.clientId}&client_assertion=${token}&resource=x`),
    post(`${encode({})}&client_secret=${secret}`),
    post(JSON.stringify({ ...fields, client_secret: secret }), { headers: { 'content-type': 'application/json' } }),
    post(encode({}), { headers: { 'content-type': `text/${secret}` } }),
    post(encode({ more: secret.repeat(5000) })),
    post(encode({}), { path: `/${secret}/oauth2/token` }),
    post('', { path: `${path}?client_secret=${secret}&access_token=${token}` }),
    post('', { headers: { ...form, 'client-request-id': secret, cookie: `secret=${secret}` } }),
    post('grant_type=client_credentials&resource=x', { headers: { ...form, authorization } }),
    post('grant_type=client_credentials', { headers: { ...form, authorization: `Basic ${secret}` } }),
    post('grant_type=client_credentials', { headers: { ...form, authorization: `Bearer ${token}` } }),
    { path: `${path}?client_secret=${secret}`, headers: { authorization } },
    { path: `/default/.well-known/openid-configuration?client_secret=${secret}`, headers: { authorization } },
    { path: `/common/discovery/instance?authorization_endpoint=https://x.example/a/?client_secret=${secret}` },
  ];
}

const routes = [
  ...contractRoutes.map((route) => ({ ...route, path: `/api${route.path}` })),
  ...ownRoutes.map((route) => ({ ...route, path: `/v1${route.path}` })),
  ...foreignRoutes,
  ...['/api/nowhere', '/v1/nowhere', '/nowhere', '/', '/metrics', '/healthz', '/api/%zz', '/api/machines/%zz'].map(
    (path) => ({ method: 'GET' as const, path }),
  ),
];

/** Every route, with the secret in its query and in each kind of header; some are refused, some are not. */
function apiRequests(secret: string, token: string): readonly Sent[] {
  const headersOf = [
    { authorization: `Bearer ${token}` },
    { authorization: `Bearer ${token}x` },
    { authorization: `Bearer ${secret}` },
    { authorization: `Basic ${basicOf(client.clientId, secret)}` },
    { 'x-api-key': secret, cookie: `token=${token}`, authorization: '' },
  ];
  return routes.flatMap(({ method, path }) =>
    headersOf.flatMap((headers) => {
      const url = `${path.replace(':id', 'pc1')}?client_secret=${secret}&access_token=${token}&token=${token}`;
      return [
        { method, path: url, headers, body: method === 'POST' ? `{"client_secret":"${secret}"` : '' },
        { method: 'DELETE', path: url, headers },
        { method, path: `${url}&$filter=x&$fliter=y`, headers },
      ];
    }),
  );
}

describe('what must stay secret', () => {
  it('is in no log line, no answer and no metric, whatever fails', async () => {
    const given = await tokens();
    for (const secret of [client.clientSecret, wrong]) {
      for (const sent of tokenRequests(secret, given[0] ?? '')) await ask(sent);
      for (const token of given) for (const sent of apiRequests(secret, token)) await ask(sent);
    }
    const guess = encode({ client_secret: wrong });
    for (let n = 0; n < 30; n += 1)
      await ask({ method: 'POST', path: '/default/oauth2/token', headers: form, body: guess });
    await askRaw(`GET /api/machines?client_secret=${wrong} HTTP/9.9\r\nAuthorization: Bearer ${given[0]}\r\n\r\n`);
    provider.mood = 'html';
    clock.now = new Date(clock.now.getTime() + 8 * 86_400_000);
    const late = Math.floor(clock.now.getTime() / 1000) + 600;
    const lost = await provider.sign({ aud: 'kbgap', azp: 'siem', exp: late });
    for (const sent of apiRequests(wrong, lost)) await ask(sent);
    const metrics = await ask({ path: '/metrics' });
    await application.close();
    for (const secret of [client.clientSecret, wrong]) {
      for (const sent of [...tokenRequests(secret, lost), ...apiRequests(secret, given[0] ?? '')]) await ask(sent);
    }

    // That the search can find something: all kinds of answers came, and the log is a log.
    const statuses = new Set(answers.map(({ status }) => status));
    for (const status of [200, 400, 401, 403, 404, 405, 413, 429, 503]) assert.ok(statuses.has(status), `no ${status}`);
    assert.match(metrics, /route="\/:tenant\/oauth2\/token",status="401"/);
    const log = lines.join('');
    for (const sentence of [
      'request answered',
      'no token given',
      'keys of an issuer could not be read',
      'request failed',
    ])
      assert.ok(log.includes(sentence), sentence);
    const secrets = [client.clientSecret, wrong, ...[...given, lost].map((token) => token.split('.')[2] ?? '')];
    for (const hidden of secrets.flatMap(spellings)) {
      assert.ok(
        !log.includes(hidden),
        lines.find((line) => line.includes(hidden)),
      );
      for (const { text } of answers) assert.ok(!text.includes(hidden), text.slice(0, 500));
    }
  });

  it('is hidden in a log line that holds it by mistake', () => {
    lines.length = 0;
    const held = { client_secret: wrong, access_token: wrong, authorization: wrong, password: wrong };
    logger.warn({ ...held, form: held }, 'planted');
    assert.match(lines[0] ?? '', /planted/);
    assert.ok(!lines[0]?.includes(wrong));
  });
});

/** As it is, and as HTTP Basic sends it: in base64 a text looks different by where it begins. */
function spellings(secret: string): readonly string[] {
  const encoded = Buffer.from(`${client.clientId}:${secret}`).toString('base64');
  return [secret, encoded.slice(-40)];
}

async function askRaw(text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  answers.push({ status: 0, text: Buffer.concat(await socket.toArray()).toString('utf8') });
}
