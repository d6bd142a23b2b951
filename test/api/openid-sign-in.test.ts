import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readIssuers } from '../../src/cli/read-issuers.ts';
import { openApiServer } from '../support/api-server.ts';
import { OpenIdProvider } from '../support/openid-provider.ts';

const provider = await OpenIdProvider.start();
after(() => provider.stop());

const { server, tenant } = openApiServer({
  publicUrl: 'http://kbgap.example',
  issuers: readIssuers(
    JSON.stringify({
      issuer: provider.address,
      audience: 'kbgap',
      tenant: { claim: 'customer', tenants: { 'c-1': 'default', 'c-2': 'nobody' } },
      roles: { claims: ['groups'], map: { readers: ['Machine.Read.All', 'Software.Read.All'] } },
      signIn: { name: 'Company SSO', clientId: 'kbgap-page' },
    }),
  ),
});

const reader = { sub: 'user-1', customer: 'c-1', groups: ['readers'], preferred_username: 'auditor' };

async function get(url: string, cookie?: string) {
  const answer = await server.inject({ url, headers: cookie === undefined ? {} : { cookie } });
  const set = [answer.headers['set-cookie'] ?? []].flat();
  return { status: answer.statusCode, location: String(answer.headers.location), set, body: answer.body };
}

function cookieOf(set: readonly string[], name: string): string {
  return set.find((each) => each.startsWith(`${name}=`))?.split(';', 1)[0] ?? '';
}

/** Until the way back: the address that the provider sends to, and what the browser remembers. */
async function begin(query = '') {
  const started = await get(`/v1/session/start/company-sso${query}`);
  assert.equal(started.status, 303);
  return { started, back: provider.signIn(started.location), pending: cookieOf(started.set, 'kbgap-sign-in') };
}

const path = ({ pathname, search }: URL): string => `${pathname}${search}`;

describe('signing in by an OpenID provider', () => {
  it('is offered by name', async () => {
    assert.deepEqual(JSON.parse((await get('/v1/session/providers')).body), {
      providers: [{ id: 'company-sso', name: 'Company SSO', start: '/v1/session/start/company-sso' }],
    });
  });

  it('asks with PKCE, state and nonce, and comes back to where the page was', async () => {
    provider.user = reader;
    const { started, back, pending } = await begin('?back=%2Fdevices%3Fsort%3Dname');
    const asked = new URL(started.location);
    assert.equal(asked.origin + asked.pathname, `${provider.address}/authorize`);
    assert.equal(asked.searchParams.get('client_id'), 'kbgap-page');
    assert.equal(asked.searchParams.get('response_type'), 'code');
    assert.equal(asked.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(asked.searchParams.get('redirect_uri'), 'http://kbgap.example/v1/session/callback');
    for (const name of ['state', 'nonce', 'code_challenge'])
      assert.ok((asked.searchParams.get(name) ?? '').length >= 43, name);
    assert.match(started.set.join(), /kbgap-sign-in=.*HttpOnly.*SameSite=Lax/i);
    const ended = await get(path(back), pending);
    assert.deepEqual([ended.status, ended.location], [303, '/devices?sort=name']);
    const session = cookieOf(ended.set, 'kbgap-session');
    const who = JSON.parse((await get('/v1/session', session)).body) as Readonly<Record<string, unknown>>;
    assert.deepEqual(who['tenant'], { id: tenant.id, name: 'default' });
    assert.equal(who['name'], 'auditor');
    assert.deepEqual(who['roles'], ['Machine.Read.All', 'Software.Read.All']);
    assert.equal((await get('/api/machines', session)).status, 200);
    assert.equal((await get('/api/vulnerabilities', session)).status, 403);
  });

  const refused: readonly (readonly [string, object, string])[] = [
    ['has no role', { ...reader, groups: ['others'] }, 'no-role'],
    ['is of no tenant', { ...reader, customer: 'c-9' }, 'provider'],
    ['is of a tenant that is gone', { ...reader, customer: 'c-2' }, 'provider'],
    ['has a token for another application', { ...reader, aud: 'other' }, 'provider'],
    ['has a token of before', { ...reader, exp: 1_700_000_000 }, 'provider'],
    ['has a token with another nonce', { ...reader, nonce: 'x' }, 'provider'],
    ['has a token of another issuer', { ...reader, iss: 'https://elsewhere.example' }, 'provider'],
  ];
  for (const [name, user, why] of refused) {
    it(`refuses who ${name}`, async () => {
      provider.user = user as typeof reader;
      const { back, pending } = await begin();
      const ended = await get(path(back), pending);
      assert.deepEqual([ended.location, cookieOf(ended.set, 'kbgap-session')], [`/sign-in?failed=${why}`, '']);
    });
  }

  it('refuses a way back that this browser did not begin', async () => {
    provider.user = reader;
    const { back, pending } = await begin();
    const another = await begin();
    for (const [address, cookie] of [
      [path(back), undefined],
      [path(back), 'kbgap-sign-in=x'],
      [path(back), `${pending}x`],
      [path(back), another.pending],
      ['/v1/session/callback?error=access_denied', pending],
      ['/v1/session/callback', pending],
    ] as const) {
      const ended = await get(address, cookie);
      assert.match(ended.location, /^\/sign-in\?failed=/);
      assert.equal(cookieOf(ended.set, 'kbgap-session'), '');
    }
  });

  it('leads to no other site afterwards', async () => {
    provider.user = reader;
    for (const back of ['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'x', '/a\nb']) {
      const begun = await begin(`?back=${encodeURIComponent(back)}`);
      assert.equal((await get(path(begun.back), begun.pending)).location, '/', back);
    }
  });

  it('says so where the provider cannot be reached, and works again when it can', async () => {
    const lonely = await OpenIdProvider.start();
    const { server: apart } = openApiServer({
      issuers: readIssuers(
        JSON.stringify({
          issuer: lonely.address,
          audience: 'kbgap',
          tenant: 'default',
          signIn: { name: 'SSO', clientId: 'page', clientSecret: 'secret' },
        }),
      ),
    });
    lonely.mood = 'error';
    const start = () => apart.inject({ url: '/v1/session/start/sso' });
    assert.equal((await start()).headers.location, '/sign-in?failed=provider');
    lonely.mood = 'well';
    assert.match(String((await start()).headers.location), /\/authorize\?/);
    assert.equal((await apart.inject({ url: '/v1/session/start/none' })).headers.location, '/sign-in?failed=provider');
    lonely.stop();
  });
});
