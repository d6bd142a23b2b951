import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, describe, it } from 'node:test';
import type { JWTPayload } from 'jose';
import type { ExternalIssuer } from '../../src/api/auth/external-issuer.ts';
import { readIssuers } from '../../src/cli/read-issuers.ts';
import { openApiServer, reportDevice } from '../support/api-server.ts';
import type { ApiServer } from '../support/api-server.ts';
import { OpenIdProvider } from '../support/openid-provider.ts';

const audience = 'api://kbgap';
const start = new Date('2026-11-25T12:00:00Z');

async function openProvider(alg?: string): Promise<OpenIdProvider> {
  const provider = await OpenIdProvider.start(alg);
  after(() => provider.stop());
  return provider;
}

function settingsOf(provider: OpenIdProvider, more: object = {}): readonly ExternalIssuer[] {
  return readIssuers(JSON.stringify({ issuer: provider.issuer, audience, tenant: 'default', ...more }));
}

type Claims = Readonly<Record<string, unknown>>;

function claims(api: ApiServer, more: Claims = {}): JWTPayload {
  const seconds = Math.floor(api.clock.now.getTime() / 1000);
  const usual = { aud: audience, azp: 'siem', exp: seconds + 3600, iat: seconds, roles: ['Machine.Read.All'] };
  return { ...usual, ...more } as JWTPayload;
}

async function ask(api: ApiServer, token: string, url = '/api/machines'): Promise<{ status: number; body: string }> {
  const answer = await api.server.inject({ url, headers: { authorization: `Bearer ${token}` } });
  return { status: answer.statusCode, body: answer.body };
}

async function open(more: object = {}, alg?: string): Promise<{ api: ApiServer; provider: OpenIdProvider }> {
  const provider = await openProvider(alg);
  const api = openApiServer({ now: start, issuers: settingsOf(provider, more) });
  await reportDevice(api.application, api.tenant, 'pc1');
  return { api, provider };
}

const later = (api: ApiServer, seconds: number): void => {
  api.clock.now = new Date(api.clock.now.getTime() + seconds * 1000);
};

describe('a token of another issuer', () => {
  it('opens what its roles open, as one of our own does', async () => {
    const { api, provider } = await open();
    const token = await provider.sign(claims(api));
    const machines = await ask(api, token);
    assert.equal(machines.status, 200, machines.body);
    assert.match(machines.body, /"computerDnsName":"pc1"/);
    const missing = await ask(api, token, '/api/machines/pc1/getmissingkbs');
    assert.equal(missing.status, 403);
    assert.match(missing.body, /API required roles: Software\.Read\.All, application roles: Machine\.Read\.All\./);
  });

  for (const alg of ['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])
    it(`may be signed with ${alg}`, async () => {
      const { api, provider } = await open({}, alg);
      assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
    });

  it('leaves our own good', async () => {
    const { api } = await open();
    const client = await api.application.createClient(api.tenant, 'siem', []);
    const answer = await api.server.inject({
      method: 'POST',
      url: '/default/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret,
        resource: 'https://api.securitycenter.microsoft.com',
      }).toString(),
    });
    assert.equal((await ask(api, answer.json<{ access_token: string }>().access_token)).status, 200);
  });
});

describe('a token of another issuer is refused', () => {
  const seconds = start.getTime() / 1000;
  const cases: readonly [says: string, more: Claims, typ?: string][] = [
    ['for another audience', { aud: 'api://other' }],
    ['for none', { aud: undefined }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['of an issuer that is spelt otherwise', { iss: 'http://127.0.0.1:1/realms/fleet/' }],
    ['that expired more than a minute ago', { exp: seconds - 61 }],
    ['that does not expire', { exp: undefined }],
    ['that is not yet valid', { nbf: seconds + 61 }],
    ['that is an ID token of Keycloak', { typ: 'ID' }],
    ['that is an ID token of Entra ID, with a nonce', { azp: undefined, sub: 'user', nonce: 'x' }],
    ['that is an ID token, with a hash of the access token', { at_hash: 'x' }],
    ['that is a refresh token of Keycloak', { typ: 'Refresh' }],
    ['of another kind by its header', {}, 'logout+jwt'],
    ['of nobody', { azp: undefined }],
  ];
  it('where its claims do not fit', async () => {
    const { api, provider } = await open();
    for (const [says, more, typ] of cases) {
      const token = await provider.sign(claims(api, more), typ === undefined ? {} : { typ });
      const { status, body } = await ask(api, token);
      assert.equal(status, 401, `${says}: ${body}`);
      assert.match(body, /"code":"Unauthorized"/);
    }
  });

  it('but not an access token of Keycloak that has a nonce', async () => {
    const { api, provider } = await open();
    assert.equal((await ask(api, await provider.sign(claims(api, { typ: 'Bearer', nonce: 'x' })))).status, 200);
  });

  it('but clocks may differ by a minute', async () => {
    const { api, provider } = await open();
    assert.equal((await ask(api, await provider.sign(claims(api, { exp: seconds - 50 })))).status, 200);
    assert.equal((await ask(api, await provider.sign(claims(api, { nbf: seconds + 50 })))).status, 200);
  });

  it('where it is not signed, or with what is public', async () => {
    const { api, provider } = await open();
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = part({ iss: provider.issuer, ...claims(api) });
    const kid = provider.publicJwk.kid;
    const unsigned = `${part({ alg: 'none', typ: 'JWT', kid })}.${payload}.`;
    const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${payload}`;
    const mac = createHmac('sha256', JSON.stringify(provider.publicJwk)).update(signed).digest('base64url');
    for (const token of [unsigned, `${unsigned}AA`, `${signed}.${mac}`])
      assert.equal((await ask(api, token)).status, 401);
  });

  it('where a secret key stands among the public ones', async () => {
    const { api, provider } = await open();
    const k = Buffer.alloc(32, 7).toString('base64url');
    provider.strangeKeys.push({ kty: 'oct', kid: 'shared', alg: 'HS256', k });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', kid: 'shared' })}.${part({ iss: provider.issuer, ...claims(api) })}`;
    const mac = createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64url');
    assert.equal((await ask(api, `${signed}.${mac}`)).status, 401);
    assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
  });

  it('where another provider signed it in its name', async () => {
    const { api, provider } = await open();
    const impostor = await openProvider();
    impostor.issuer = provider.issuer;
    assert.equal((await ask(api, await impostor.sign(claims(api)))).status, 401);
  });
});

describe('roles of another issuer', () => {
  const cases: readonly [says: string, roles: object | undefined, claim: Claims, status: number][] = [
    ['in roles', undefined, { roles: ['Machine.Read.All'] }, 200],
    ['in scp, delegated', undefined, { roles: undefined, scp: 'openid Machine.Read' }, 200],
    ['in scope', { claims: ['scope'] }, { roles: undefined, scope: 'profile Machine.Read.All' }, 200],
    [
      'of the realm',
      { claims: ['realm_access.roles'] },
      { realm_access: { roles: ['Machine.Read.All'] }, roles: undefined },
      200,
    ],
    [
      'of a client',
      { claims: ['resource_access.kbgap.roles'] },
      { resource_access: { kbgap: { roles: ['Machine.Read.All'] } }, roles: undefined },
      200,
    ],
    [
      'of a client with a dot',
      { claims: [['resource_access', 'kb.gap', 'roles']] },
      { resource_access: { 'kb.gap': { roles: ['Machine.Read.All'] } }, roles: undefined },
      200,
    ],
    [
      'in a claim named by an address',
      { claims: ['https://kbgap.example/roles'] },
      { 'https://kbgap.example/roles': ['Machine.Read.All'], roles: undefined },
      200,
    ],
    ['by their own names', { map: { reader: ['Machine.Read.All', 'Software.Read.All'] } }, { roles: ['reader'] }, 200],
    [
      'by ours, where theirs are mapped',
      { map: { reader: ['Machine.Read.All'] } },
      { roles: ['Machine.Read.All'] },
      403,
    ],
    [
      'of a client that is not named',
      { claims: ['resource_access.kbgap.roles'] },
      { resource_access: { other: { roles: ['Machine.Read.All'] } }, roles: undefined },
      403,
    ],
    ['of the prototype', { claims: ['constructor.name'] }, { roles: undefined }, 403],
    ['none', undefined, { roles: undefined }, 403],
    ['not a list', undefined, { roles: { 'Machine.Read.All': true } }, 403],
  ];
  for (const [says, roles, claim, status] of cases)
    it(`${says}: ${status}`, async () => {
      const { api, provider } = await open(roles === undefined ? {} : { roles });
      const answer = await ask(api, await provider.sign(claims(api, claim)));
      assert.equal(answer.status, status, answer.body);
    });
});

describe('tenants of another issuer', () => {
  const tid = '8769b673-6805-6789-9f77-12345678abcd';
  const foreign = '11111111-2222-4333-8444-555555555555';

  it('by a claim, each sees its own devices; one that is not named sees none', async () => {
    const provider = await openProvider();
    const tenant = { claim: 'tid', tenants: { [tid.toUpperCase()]: 'default', [foreign]: 'customer' } };
    const api = openApiServer({ now: start, issuers: settingsOf(provider, { tenant }) });
    const customer = await api.application.createTenant('customer');
    await reportDevice(api.application, api.tenant, 'ours');
    await reportDevice(api.application, customer, 'theirs');
    const seen = async (more: Claims): Promise<string> => {
      const { status, body } = await ask(api, await provider.sign(claims(api, more)));
      return status === 200 ? (/"computerDnsName":"(\w+)"/.exec(body)?.[1] ?? '') : String(status);
    };
    assert.equal(await seen({ tid }), 'ours');
    assert.equal(await seen({ tid: foreign }), 'theirs');
    for (const more of [
      { tid: '99999999-2222-4333-8444-555555555555' },
      { tid: undefined },
      { tid: 'default' },
      { tid: [tid] },
    ])
      assert.equal(await seen(more), '401');
  });

  it('as part of the issuer: the place fits the claim of the same token only', async () => {
    const provider = await openProvider();
    provider.issuer = `${provider.address}/{tenantid}/v2.0`;
    const settings = {
      issuer: `${provider.address}/{tid}/v2.0`,
      discovery: `${provider.address}/.well-known/openid-configuration`,
      tenant: { claim: 'tid', tenants: { [tid]: 'default' } },
    };
    const api = openApiServer({ now: start, issuers: settingsOf(provider, settings) });
    const status = async (iss: string, more: Claims): Promise<number> =>
      (await ask(api, await provider.sign(claims(api, { iss, ...more })))).status;
    assert.equal(await status(`${provider.address}/${tid}/v2.0`, { tid }), 200);
    assert.equal(await status(`${provider.address}/${foreign}/v2.0`, { tid }), 401);
    assert.equal(await status(`${provider.address}/${foreign}/v2.0`, { tid: foreign }), 401);
    assert.equal(await status(`${provider.address}/{tid}/v2.0`, { tid: '{tid}' }), 401);
  });

  it('under a second name of the same keys, as v1 and v2 of Entra ID are', async () => {
    const provider = await openProvider();
    const api = openApiServer({
      now: start,
      issuers: settingsOf(provider, { alsoIssuedAs: [`https://sts.windows.net/${tid}/`] }),
    });
    const status = async (iss: string): Promise<number> =>
      (await ask(api, await provider.sign(claims(api, { iss, azp: undefined, appid: 'siem' })))).status;
    assert.equal(await status(`https://sts.windows.net/${tid}/`), 200);
    assert.equal(await status(`https://sts.windows.net/${tid}`), 401);
  });
});

describe('keys of another issuer', () => {
  it('are read once, and again for a key that is new', async () => {
    const { api, provider } = await open();
    for (let n = 0; n < 20; n += 1)
      assert.equal((await ask(api, await provider.sign(claims(api, { jti: String(n) })))).status, 200);
    assert.equal(provider.asked, 1);
    later(api, 11);
    await provider.rotate('ES256');
    assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
    assert.equal(provider.asked, 2);
  });

  it('are not asked for by whoever makes up a key: once in a while only', async () => {
    const { api, provider } = await open();
    assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
    later(api, 11);
    const impostor = await openProvider();
    impostor.issuer = provider.issuer;
    for (let n = 0; n < 20; n += 1) {
      await impostor.rotate('ES256');
      assert.equal((await ask(api, await impostor.sign(claims(api)))).status, 401);
    }
    assert.equal(provider.asked, 2);
  });

  const moods = ['down', 'error', 'html', 'no-keys', 'other-issuer', 'huge', 'redirect'] as const;
  for (const mood of moods)
    it(`are kept while the issuer is ${mood}, and read anew when it is back`, async () => {
      const { api, provider } = await open();
      assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
      provider.mood = mood;
      for (let hours = 0; hours < 48; hours += 6) {
        later(api, 6 * 3600);
        assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200, `after ${hours + 6} hours`);
      }
      await provider.rotate();
      later(api, 11);
      const unknown = await ask(api, await provider.sign(claims(api)));
      assert.equal(unknown.status, 503, unknown.body);
      provider.mood = 'well';
      later(api, 11);
      assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
    });

  it('that were never read: 503, which says when to come again; our own tokens are good all the same', async () => {
    const provider = await openProvider();
    provider.mood = 'error';
    const api = openApiServer({ now: start, issuers: settingsOf(provider) });
    const token = await provider.sign(claims(api));
    const answer = await api.server.inject({ url: '/api/machines', headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.statusCode, 503);
    assert.match(answer.body, /"code":"ServiceUnavailable"/);
    provider.mood = 'well';
    later(api, Number(answer.headers['retry-after']));
    assert.equal((await ask(api, token)).status, 200);
  });

  it('that were withdrawn verify nothing any more, minutes later', async () => {
    const { api, provider } = await open();
    const token = await provider.sign(claims(api));
    assert.equal((await ask(api, token)).status, 200);
    await provider.rotate();
    later(api, 11 * 60);
    await ask(api, await provider.sign(claims(api)));
    later(api, 60);
    assert.equal((await ask(api, token)).status, 401);
  });

  it('that were withdrawn while nobody came verify nothing any more', async () => {
    const { api, provider } = await open();
    assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
    later(api, 3600);
    const token = await provider.sign(claims(api));
    await provider.rotate();
    assert.equal((await ask(api, token)).status, 401);
  });

  it('that could not be renewed for a week are no longer believed', async () => {
    const { api, provider } = await open();
    assert.equal((await ask(api, await provider.sign(claims(api)))).status, 200);
    provider.mood = 'down';
    later(api, 7 * 86_400);
    assert.equal((await ask(api, await provider.sign(claims(api)))).status, 503);
  });
});
