import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { openApiServer, reportDevice } from '../support/api-server.ts';

const { server, application, tenant, clock } = openApiServer({ publicUrl: 'https://kbgap.example' });
const client = await application.createClient(tenant, 'siem', []);
const other = await application.createTenant('other');
const otherClient = await application.createClient(other, 'theirs', []);
await reportDevice(application, tenant, 'pc1');

const defender = 'https://api.securitycenter.microsoft.com';
const good = {
  grant_type: 'client_credentials',
  client_id: client.clientId,
  client_secret: client.clientSecret,
  resource: defender,
};
const goodV2 = { ...good, resource: undefined, scope: `${defender}/.default` };

type Fields = Readonly<Record<string, string | undefined>>;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

async function post(
  path: string,
  fields: Fields | string,
  headers: Readonly<Record<string, string>> = {},
  remoteAddress = '192.0.2.1',
): Promise<Answer> {
  const payload =
    typeof fields === 'string'
      ? fields
      : new URLSearchParams(
          Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
        ).toString();
  const answer = await server.inject({
    method: 'POST',
    url: `/${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload,
    remoteAddress,
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, unknown>>() };
}

const v1 = (fields: Fields | string, headers?: Record<string, string>): Promise<Answer> =>
  post(`${tenant.id}/oauth2/token`, fields, headers);
const v2 = (fields: Fields | string, headers?: Record<string, string>): Promise<Answer> =>
  post(`${tenant.id}/oauth2/v2.0/token`, fields, headers);

/** As Entra ID answers, see "Microsoft identity platform and the OAuth 2.0 client credentials flow", error response. */
function assertRefused({ status, headers, body }: Answer, expected: number, error: string, number: number): void {
  assert.deepEqual([status, body['error'], body['error_codes']], [expected, error, [number]], JSON.stringify(body));
  assert.deepEqual(Object.keys(body), [
    'error',
    'error_description',
    'error_codes',
    'timestamp',
    'trace_id',
    'correlation_id',
    'error_uri',
  ]);
  assert.match(String(body['error_description']), new RegExp(`^AADSTS${number}: .+ Timestamp: 2026-`));
  assert.match(String(body['timestamp']), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  assert.equal(headers['cache-control'], 'no-store');
}

describe('POST /{tenant}/oauth2/token', () => {
  it('answers with the fields of v1, its numbers as text', async () => {
    const { status, headers, body } = await v1(good);
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^application\/json/);
    const { access_token: token, ...rest } = body;
    const seconds = clock.now.getTime() / 1000;
    assert.deepEqual(rest, {
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: String(seconds + 3599),
      not_before: String(seconds - 300),
      resource: defender,
    });
    assert.match(String(token), /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('gives a token with the claims of v1', async () => {
    const claims = decodeJwt(String((await v1(good)).body['access_token']));
    assert.equal(claims.iss, `https://kbgap.example/${tenant.id}/`);
    assert.deepEqual([claims['ver'], claims['appid'], claims['azp']], ['1.0', client.clientId, undefined]);
    assert.deepEqual([claims['tid'], claims.aud, claims['idtyp']], [tenant.id, defender, 'app']);
    assert.equal(typeof claims.exp, 'number');
    assert.ok((claims['roles'] as readonly string[]).includes('Software.Read.All'));
  });

  it('takes the resource as a scope, too', async () => {
    assert.equal((await v1(goodV2)).status, 200);
  });
});

describe('POST /{tenant}/oauth2/v2.0/token', () => {
  it('answers with the fields of v2, its numbers as numbers', async () => {
    const { status, body } = await v2(goodV2);
    assert.equal(status, 200);
    const { access_token: token, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
    const claims = decodeJwt(String(token));
    assert.equal(claims.iss, `https://kbgap.example/${tenant.id}/v2.0`);
    assert.deepEqual([claims['ver'], claims['azp'], claims['appid']], ['2.0', client.clientId, undefined]);
  });

  const scopes: readonly [scope: string, audience: string][] = [
    [`${defender}/.default openid profile offline_access`, defender],
    [`${defender}//.default`, `${defender}/`],
    ['https://kbgap.example/.default', 'https://kbgap.example'],
    ['fc780465-2017-40d4-a0c5-307022471b92/.default', 'fc780465-2017-40d4-a0c5-307022471b92'],
    [`${defender}/.Default`, defender],
  ];
  for (const [scope, audience] of scopes)
    it(`scope ${scope}: a token for ${audience}`, async () => {
      const { status, body } = await v2({ ...goodV2, scope });
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(decodeJwt(String(body['access_token'])).aud, audience);
    });
});

describe('what a request for a token may look like', () => {
  const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const withoutSecret = { ...good, client_id: undefined, client_secret: undefined };

  it('the tenant by its name, in any case; the path in any case, with a slash at the end', async () => {
    for (const path of ['default/oauth2/token', 'DEFAULT/OAuth2/Token', `${tenant.id.toUpperCase()}/oauth2/token/`])
      assert.equal((await post(path, good)).status, 200, path);
  });
  it('unknown fields and parameters, twice too', async () => {
    const extra = '&x-client-SKU=a&x-client-SKU=b&claims=%7B%7D';
    const query = '?client-request-id=1&api-version=1&api-version=2';
    const answer = await post(`default/oauth2/token${query}`, new URLSearchParams(good).toString() + extra);
    assert.equal(answer.status, 200);
  });
  const types = [
    'application/x-www-form-urlencoded;charset=utf-8',
    'Application/X-WWW-Form-URLEncoded; charset=UTF-8',
    'application/x-www-form-urlencoded ; charset="utf-8"',
  ];
  for (const type of types)
    it(`Content-Type ${type}`, async () => assert.equal((await v1(good, { 'content-type': type })).status, 200));
  it('credentials as HTTP Basic, the id in the form or not', async () => {
    const authorization = basic(client.clientId, client.clientSecret);
    assert.equal((await v1(withoutSecret, { authorization })).status, 200);
    assert.equal((await v1({ ...withoutSecret, client_id: client.clientId }, { authorization })).status, 200);
    assert.equal((await v1(withoutSecret, { authorization: authorization.replace('Basic', 'basic') })).status, 200);
  });
  it('a wrong secret as HTTP Basic is asked for again', async () => {
    const answer = await v1(withoutSecret, { authorization: basic(client.clientId, 'wrong') });
    assertRefused(answer, 401, 'invalid_client', 7000215);
    assert.match(String(answer.headers['www-authenticate']), /^Basic /);
  });
  it('not of two clients at once', async () => {
    const authorization = basic(client.clientId, client.clientSecret);
    const answer = await v1({ ...withoutSecret, client_id: otherClient.clientId }, { authorization });
    assertRefused(answer, 400, 'invalid_request', 90023);
  });
});

describe('refusals', () => {
  const unknownId = '11111111-2222-4333-8444-555555555555';
  const cases: readonly [says: string, fields: Fields | string, status: number, error: string, number: number][] = [
    ['no body', '', 400, 'invalid_request', 900144],
    ['no grant_type', { ...good, grant_type: undefined }, 400, 'invalid_request', 900144],
    ['another grant', { ...good, grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['no client_id', { ...good, client_id: undefined }, 400, 'invalid_request', 900144],
    ['an unknown client', { ...good, client_id: unknownId }, 400, 'unauthorized_client', 700016],
    [
      "another tenant's client",
      { ...good, client_id: otherClient.clientId, client_secret: otherClient.clientSecret },
      400,
      'unauthorized_client',
      700016,
    ],
    ['a wrong secret', { ...good, client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['no secret', { ...good, client_secret: undefined }, 401, 'invalid_client', 7000216],
    ['an assertion', { ...good, client_secret: undefined, client_assertion: 'eyJ' }, 401, 'invalid_client', 7000216],
    ['an unknown resource', { ...good, resource: 'https://graph.microsoft.com' }, 400, 'invalid_resource', 500011],
    [
      'a field twice',
      `${new URLSearchParams(good).toString()}&client_id=${unknownId}`,
      400,
      'invalid_request',
      9000411,
    ],
    [
      'a field twice, alike',
      `${new URLSearchParams(good).toString()}&grant_type=client_credentials`,
      400,
      'invalid_request',
      9000411,
    ],
    ['a body of 100 KB', { ...good, more: 'x'.repeat(100_000) }, 413, 'invalid_request', 90023],
  ];
  for (const [says, fields, status, error, number] of cases)
    it(`${says}: ${status} ${error} AADSTS${number}`, async () =>
      assertRefused(await v1(fields), status, error, number));

  it('no resource at either route', async () => {
    assertRefused(await v1({ ...good, resource: undefined }), 400, 'invalid_request', 900144);
    assertRefused(await v2({ ...good, resource: undefined }), 400, 'invalid_request', 900144);
  });
  const scopes: readonly [scope: string, error: string, number: number][] = [
    ['Software.Read.All', 'invalid_scope', 1002012],
    [`${defender}/Software.Read.All`, 'invalid_scope', 1002012],
    ['openid', 'invalid_scope', 70011],
    [`${defender}/.default https://graph.microsoft.com/.default`, 'invalid_scope', 28000],
    ['https://graph.microsoft.com/.default', 'invalid_resource', 500011],
  ];
  for (const [scope, error, number] of scopes)
    it(`scope ${scope}: ${error}`, async () => assertRefused(await v2({ ...goodV2, scope }), 400, error, number));

  it('an unknown tenant, at every route', async () => {
    for (const name of ['nobody', unknownId, 'common', '..%2fdefault']) {
      assertRefused(await post(`${name}/oauth2/token`, good), 400, 'invalid_request', 90002);
      assertRefused(await post(`${name}/oauth2/v2.0/token`, goodV2), 400, 'invalid_request', 90002);
    }
  });
  for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain'])
    it(`a body of ${type}`, async () => {
      const answer = await v1(JSON.stringify(good), { 'content-type': type });
      assertRefused(answer, 400, 'invalid_request', 900144);
      assert.match(String(answer.body['error_description']), /application\/x-www-form-urlencoded/);
    });
  it('a Content-Type that is none', async () => {
    assertRefused(await v1(good, { 'content-type': '@' }), 400, 'invalid_request', 90023);
  });
  it("with the client's own correlation id, where it is one", async () => {
    const id = '99999999-2222-4333-8444-555555555555';
    const answer = await post(`default/oauth2/token?client-request-id=${id}`, '');
    assert.equal(answer.body['correlation_id'], id);
    const others = await v1('', { 'client-request-id': 'no id' });
    assert.equal(others.body['correlation_id'], others.body['trace_id']);
  });
  it('a revoked client', async () => {
    const gone = await application.createClient(tenant, 'gone', []);
    await application.revokeClient(tenant, gone.clientId);
    const fields = { ...good, client_id: gone.clientId, client_secret: gone.clientSecret };
    assertRefused(await v1(fields), 401, 'invalid_client', 7000222);
  });
  it('another method', async () => {
    const answer = await server.inject({ method: 'GET', url: '/default/oauth2/v2.0/token' });
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'POST']);
  });
});

describe('guessing', () => {
  const guess = (client_id: string, address: string, client_secret = 'wrong'): Promise<Answer> =>
    post('default/oauth2/token', { ...good, client_id, client_secret }, {}, address);

  it('one client from one address: 429 that says truly when to come again, others are let in', async () => {
    const from = '198.51.100.1';
    let answer = await guess(client.clientId, from);
    for (let n = 0; n < 50 && answer.status === 401; n += 1) answer = await guess(client.clientId, from);
    assertRefused(answer, 429, 'temporarily_unavailable', 90055);
    const seconds = Number(answer.headers['retry-after']);
    assert.ok(seconds >= 1 && seconds <= 60, String(seconds));
    const second = await application.createClient(tenant, 'second', []);
    assert.equal((await guess(second.clientId, from, second.clientSecret)).status, 200);
    assert.equal((await guess(client.clientId, '198.51.100.2', client.clientSecret)).status, 200);
    assert.equal((await guess(client.clientId, from, client.clientSecret)).status, 429);
    clock.now = new Date(clock.now.getTime() + seconds * 1000);
    assert.equal((await guess(client.clientId, from, client.clientSecret)).status, 200);
  });

  it('many clients from one address: 429, but for a right secret', async () => {
    const from = '198.51.100.3';
    let status = 0;
    for (let n = 0; n < 200 && status !== 429; n += 1)
      ({ status } = await guess(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, from));
    assert.equal(status, 429);
    assert.equal((await guess(client.clientId, from, client.clientSecret)).status, 200);
  });
});

describe('discovery', () => {
  const get = async (url: string): Promise<Answer> => {
    const answer = await server.inject({ url });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, unknown>>() };
  };
  const versions = [
    { name: 'v1', at: '', issuer: `https://kbgap.example/${tenant.id}/`, ask: () => v1(good) },
    { name: 'v2', at: 'v2.0/', issuer: `https://kbgap.example/${tenant.id}/v2.0`, ask: () => v2(goodV2) },
  ];
  for (const { name, at, issuer, ask } of versions)
    it(`${name}: a token can be checked with nothing but the discovery document`, async () => {
      for (const spelling of [tenant.id, 'default', 'DEFAULT']) {
        const { status, body } = await get(`/${spelling}/${at}.well-known/openid-configuration`);
        assert.equal(status, 200);
        assert.equal(body['issuer'], issuer);
        const endpoint = new URL(String(body['token_endpoint']));
        assert.equal(endpoint.origin, 'https://kbgap.example');
        assert.equal((await post(endpoint.pathname.slice(1), name === 'v1' ? good : goodV2)).status, 200);
        assert.match(String(body['authorization_endpoint']), /^https:\/\/kbgap\.example\/.+\/authorize$/);
        const keys = await get(new URL(String(body['jwks_uri'])).pathname);
        const token = String((await ask()).body['access_token']);
        const { payload } = await jwtVerify(token, createLocalJWKSet(keys.body as unknown as JSONWebKeySet), {
          issuer,
          audience: defender,
          currentDate: clock.now,
        });
        assert.equal(payload['tid'], tenant.id);
      }
    });

  it('keys are public ones', async () => {
    for (const path of ['/default/discovery/keys', '/default/discovery/v2.0/keys', '/common/discovery/keys']) {
      const { keys } = (await get(path)).body as unknown as { readonly keys: readonly Record<string, string>[] };
      assert.deepEqual(
        keys.map((key) => Object.keys(key)),
        [['kty', 'use', 'alg', 'kid', 'n', 'e']],
      );
      assert.equal(createPublicKey({ key: keys[0] ?? {}, format: 'jwk' }).asymmetricKeyType, 'rsa');
    }
  });

  it('an unknown tenant: AADSTS90002', async () => {
    for (const path of ['.well-known/openid-configuration', 'v2.0/.well-known/openid-configuration', 'discovery/keys'])
      assertRefused(await get(`/nobody/${path}`), 400, 'invalid_request', 90002);
  });

  it('answers whatever the request calls this server', async () => {
    const { server: nameless } = openApiServer();
    for (const host of ['a b', '[', '', 'x'.repeat(5000), 'user@host:99999'])
      for (const url of ['/common/discovery/instance', '/default/v2.0/.well-known/openid-configuration']) {
        const answer = await nameless.inject({ url, headers: { host } });
        assert.equal(answer.statusCode, 200, answer.body);
      }
    const answer = await nameless.inject({
      method: 'POST',
      url: '/default/oauth2/token',
      headers: { host: 'a b', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ ...good, resource: 'http://a b' }).toString(),
    });
    assert.ok([400, 401].includes(answer.statusCode), answer.body);
  });

  it('names itself where MSAL asks which authority it is', async () => {
    const asked = `https://kbgap.example/${tenant.id}/oauth2/v2.0/authorize`;
    const { body } = await get(
      `/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(asked)}`,
    );
    assert.deepEqual(body, {
      tenant_discovery_endpoint: `https://kbgap.example/${tenant.id}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: 'kbgap.example', preferred_cache: 'kbgap.example', aliases: ['kbgap.example'] }],
    });
  });
});

describe('keys of tokens', () => {
  const machines = async (token: string): Promise<number> =>
    (await server.inject({ url: '/api/machines', headers: { authorization: `Bearer ${token}` } })).statusCode;
  const kids = async (): Promise<readonly string[]> =>
    (await server.inject({ url: '/default/discovery/keys' }))
      .json<{ readonly keys: readonly { readonly kid: string }[] }>()
      .keys.map(({ kid }) => kid);
  const ask = async (): Promise<string> => String((await v2(goodV2)).body['access_token']);
  const later = (seconds: number): void => {
    clock.now = new Date(clock.now.getTime() + seconds * 1000);
  };

  it('a new one signs, the old one is good until its last token has expired, then is gone', async () => {
    const [first] = await kids();
    const old = await ask();
    const { kid } = await application.rotateTokenKey();
    assert.deepEqual(await kids(), [kid, first]);
    const young = await ask();
    assert.equal(decodeProtectedHeader(young).kid, kid);
    assert.deepEqual([await machines(old), await machines(young)], [200, 200]);
    later(3599);
    assert.deepEqual([await machines(old), await machines(young)], [200, 200]);
    later(1);
    assert.equal(await machines(old), 401);
    later(60);
    assert.deepEqual(await kids(), [kid]);
    assert.equal(await application.rotateTokenKeyIfDue(90), false);
    assert.deepEqual(
      (await application.listTokenKeys()).map((key) => [key.kid, key.use, key.verifiesUntil]),
      [[kid, 'signing', null]],
    );
  });

  it('one that is known to others can be dropped at once', async () => {
    const old = await ask();
    assert.equal(await machines(old), 200);
    await application.rotateTokenKey({ dropOld: true });
    assert.equal(await machines(old), 401);
    assert.equal(await machines(await ask()), 200);
  });

  it('one that is ninety days old is replaced by itself', async () => {
    const [before] = await kids();
    later(89 * 86_400);
    assert.equal(await application.rotateTokenKeyIfDue(90), false);
    later(86_400);
    assert.equal(await application.rotateTokenKeyIfDue(90), true);
    assert.equal((await kids())[1], before);
  });

  it('leaves a line in the audit trail: whoever rotated it, and which key signs now', async () => {
    clock.now = new Date(clock.now.getTime() + 1000);
    const since = clock.now.toISOString();
    const byHand = await application.rotateTokenKey({ dropOld: true });
    later(90 * 86_400);
    assert.equal(await application.rotateTokenKeyIfDue(90), true);
    // Writes are kept in turn.
    await application.createClient(tenant, 'later', []);
    const lines = (await application.listAudit(null, { since, top: 10 })).entries;
    assert.deepEqual(
      lines.map(({ actor, action, subject, detail, tenantId }) => [actor, action, subject, detail, tenantId]),
      [
        ['local operator', 'signing-key.rotated', byHand.kid, { dropOld: true }, null],
        ['server', 'signing-key.rotated', (await kids())[0], { afterDays: 90 }, null],
      ],
    );
  });
});
