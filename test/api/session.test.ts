import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allRoles } from '../../src/operations/roles.ts';
import { openApiServer } from '../support/api-server.ts';

const { server, application, tenant, clock } = openApiServer();
const other = await application.createTenant('other');
const client = await application.createClient(tenant, 'auditor', []);

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'PUT';
  readonly url: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

async function ask({ method = 'GET', url, cookie, headers = {}, body }: Asked) {
  const answer = await server.inject({
    method,
    url,
    headers: {
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const set = [answer.headers['set-cookie'] ?? []].flat();
  return { status: answer.statusCode, set, body: answer.body, location: answer.headers.location };
}

interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
  readonly says: Readonly<Record<string, unknown>>;
}

const credentials = { client_id: client.clientId, client_secret: client.clientSecret };

async function signIn(body: unknown = credentials): Promise<SignedIn> {
  const answer = await ask({ method: 'POST', url: '/v1/session', body });
  assert.equal(answer.status, 200, answer.body);
  const says = JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
  return { cookie: cookieOf(answer.set), csrf: String(says['csrf']), says };
}

function cookieOf(set: readonly string[]): string {
  return set[0]?.split(';', 1)[0] ?? '';
}

describe('the session of the page', () => {
  it("begins with a client's id and secret, in a cookie that no script sees", async () => {
    const answer = await ask({ method: 'POST', url: '/v1/session', body: credentials });
    assert.equal(answer.set.length, 1);
    assert.match(answer.set[0] ?? '', /^kbgap-session=[\w-]{43}; .*HttpOnly/i);
    assert.match(answer.set[0] ?? '', /SameSite=Strict/i);
    assert.doesNotMatch(answer.set[0] ?? '', /Secure|Domain/i);
    const says = JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(says), ['tenant', 'name', 'roles', 'csrf', 'expiresAt']);
    assert.deepEqual(says['tenant'], { id: tenant.id, name: 'default' });
    assert.equal(says['name'], 'auditor');
    assert.equal(says['expiresAt'], '2026-11-26T00:00:00.000Z');
    assert.doesNotMatch(answer.body, new RegExp(cookieOf(answer.set).split('=')[1] ?? 'none'));
  });

  it('says who is signed in, and opens what its roles open', async () => {
    const { cookie, says } = await signIn();
    const who = await ask({ url: '/v1/session', cookie });
    assert.deepEqual(JSON.parse(who.body), says);
    assert.equal((await ask({ url: '/api/machines', cookie })).status, 200);
    assert.equal((await ask({ url: '/v1/status', cookie })).status, 200);
    assert.equal((await ask({ method: 'POST', url: '/v1/reports', cookie, body: {} })).status, 403);
  });

  const refused: readonly (readonly [string, Asked, number])[] = [
    ['a wrong secret', { url: '/v1/session', body: { ...credentials, client_secret: 'x' } }, 401],
    ['an unknown client', { url: '/v1/session', body: { ...credentials, client_id: 'x' } }, 401],
    ['another tenant', { url: '/v1/session', body: { ...credentials, tenant: 'other' } }, 401],
    ['an unknown tenant', { url: '/v1/session', body: { ...credentials, tenant: 'nobody' } }, 401],
    ['no secret', { url: '/v1/session', body: { client_id: client.clientId } }, 400],
    ['a list', { url: '/v1/session', body: [] }, 400],
    ['a form', { url: '/v1/session', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['no type', { url: '/v1/session' }, 415],
    ['another site', { url: '/v1/session', body: credentials, headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['a sister site', { url: '/v1/session', body: credentials, headers: { 'sec-fetch-site': 'same-site' } }, 403],
  ];
  for (const [name, asked, status] of refused) {
    it(`does not begin with ${name}`, async () => {
      const answer = await ask({ method: 'POST', ...asked });
      assert.equal(answer.status, status, answer.body);
      assert.deepEqual(answer.set, []);
      const { error } = JSON.parse(answer.body) as { readonly error: Readonly<Record<string, string>> };
      assert.deepEqual(Object.keys(error), ['code', 'message', 'target']);
    });
  }

  it('writes only with the header that no other site can send', async () => {
    const writer = await application.createClient(tenant, 'writer', ['Report.Write.All']);
    const { cookie, csrf } = await signIn({ client_id: writer.clientId, client_secret: writer.clientSecret });
    const { csrf: foreign } = await signIn();
    const report = { schema: 'kbgap-inventory/1', device: { name: 'pc1' }, os: { build: '10.0.26100.1742' } };
    const post = (headers: Readonly<Record<string, string>>) =>
      ask({ method: 'POST', url: '/v1/reports', cookie, body: report, headers });
    assert.equal((await post({})).status, 403);
    assert.equal((await post({ 'x-kbgap-csrf': 'x' })).status, 403);
    assert.equal((await post({ 'x-kbgap-csrf': foreign })).status, 403);
    assert.equal((await post({ 'x-kbgap-csrf': csrf, 'sec-fetch-site': 'cross-site' })).status, 401);
    assert.equal((await post({ 'x-kbgap-csrf': csrf })).status, 200);
  });

  it('ends when asked to, in every copy of the cookie', async () => {
    const { cookie, csrf } = await signIn();
    assert.equal((await ask({ method: 'DELETE', url: '/v1/session', cookie })).status, 403);
    assert.equal((await ask({ url: '/v1/session', cookie })).status, 200);
    const ended = await ask({ method: 'DELETE', url: '/v1/session', cookie, headers: { 'x-kbgap-csrf': csrf } });
    assert.equal(ended.status, 204);
    assert.match(ended.set[0] ?? '', /^kbgap-session=; .*Expires=Thu, 01 Jan 1970/i);
    assert.equal((await ask({ url: '/v1/session', cookie })).status, 401);
    assert.equal((await ask({ url: '/api/machines', cookie })).status, 401);
    assert.equal((await ask({ method: 'DELETE', url: '/v1/session', cookie })).status, 204);
  });

  it('ends after half a day', async () => {
    const { cookie } = await signIn();
    const before = clock.now;
    clock.now = new Date(before.getTime() + 12 * 3_600_000 - 1);
    assert.equal((await ask({ url: '/v1/session', cookie })).status, 200);
    clock.now = new Date(before.getTime() + 12 * 3_600_000);
    assert.equal((await ask({ url: '/v1/session', cookie })).status, 401);
    clock.now = before;
  });

  it('ends with the client that it is of', async () => {
    const gone = await application.createClient(tenant, 'gone', []);
    const { cookie } = await signIn({ client_id: gone.clientId, client_secret: gone.clientSecret, tenant: 'default' });
    assert.equal((await ask({ url: '/api/machines', cookie })).status, 200);
    await application.revokeClient(tenant, gone.clientId);
    assert.equal((await ask({ url: '/api/machines', cookie })).status, 401);
  });

  it('of one tenant does not see another', async () => {
    const foreign = await application.createClient(other, 'foreign', []);
    const { cookie, says } = await signIn({ client_id: foreign.clientId, client_secret: foreign.clientSecret });
    assert.deepEqual(says['tenant'], { id: other.id, name: 'other' });
    assert.equal((await ask({ url: '/api/machines/pc1', cookie })).status, 404);
  });

  it('gives way to a token, good or bad', async () => {
    const { cookie } = await signIn();
    const headers = { authorization: 'Bearer a.b.c' };
    assert.equal((await ask({ url: '/api/machines', cookie, headers })).status, 401);
  });

  it('signing in anew leaves no former session behind', async () => {
    const { cookie } = await signIn();
    await ask({ method: 'POST', url: '/v1/session', cookie, body: credentials });
    assert.equal((await ask({ url: '/v1/session', cookie })).status, 401);
  });

  it('is not taken from rubbish', async () => {
    for (const cookie of [
      'kbgap-session=',
      'kbgap-session=x',
      'kbgap-session',
      '=;;=',
      `kbgap-session=${'x'.repeat(8000)}`,
    ])
      assert.equal((await ask({ url: '/v1/session', cookie })).status, 401, cookie.slice(0, 40));
    assert.equal((await ask({ method: 'PUT', url: '/v1/session' })).status, 405);
  });

  it('is bound to https where the page is', async () => {
    const secure = openApiServer({ publicUrl: 'https://kbgap.example' });
    const made = await secure.application.createClient(secure.tenant, 'reader', []);
    const answer = await secure.server.inject({
      method: 'POST',
      url: '/v1/session',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ client_id: made.clientId, client_secret: made.clientSecret }),
    });
    assert.match(String(answer.headers['set-cookie']), /^__Host-kbgap-session=.*; Path=\/; .*Secure/);
  });

  it('guessing is made slow, as at the token routes', async () => {
    const guessed = await application.createClient(tenant, 'guessed', []);
    const statuses: number[] = [];
    for (let tries = 0; tries < 25; tries += 1)
      statuses.push(
        (await ask({ method: 'POST', url: '/v1/session', body: { client_id: guessed.clientId, client_secret: 'x' } }))
          .status,
      );
    assert.deepEqual([...new Set(statuses)], [401, 429]);
  });
});

describe('a link that signs in once', () => {
  const operator = { holder: 'operator', holderId: 'local operator', name: 'local operator', roles: allRoles } as const;

  it('signs in whoever opens it first', async () => {
    const { secret } = await application.sessions.createLink(tenant, operator);
    const [one, two] = await Promise.all([ask({ url: `/open?code=${secret}` }), ask({ url: `/open?code=${secret}` })]);
    assert.deepEqual(one.set.length + two.set.length, 1);
    const used = one.set.length === 1 ? one : two;
    assert.deepEqual([used.status, used.location], [303, '/']);
    const who = await ask({ url: '/v1/session', cookie: cookieOf(used.set) });
    assert.deepEqual((JSON.parse(who.body) as { roles: unknown }).roles, [...allRoles]);
    const late = await ask({ url: `/open?code=${secret}` });
    assert.deepEqual([late.status, late.location, late.set], [303, '/sign-in?failed=link', []]);
    const again = await ask({ url: `/open?code=${secret}`, cookie: cookieOf(used.set) });
    assert.deepEqual([again.location, again.set], ['/', []]);
  });

  it('is neither a session nor good for long', async () => {
    const { secret } = await application.sessions.createLink(tenant, operator);
    assert.equal((await ask({ url: '/v1/session', cookie: `kbgap-session=${secret}` })).status, 401);
    const before = clock.now;
    clock.now = new Date(before.getTime() + 15 * 60_000);
    assert.equal((await ask({ url: `/open?code=${secret}` })).location, '/sign-in?failed=link');
    clock.now = before;
    assert.equal((await ask({ url: '/open' })).location, '/sign-in?failed=link');
    assert.equal((await ask({ url: '/open?code=a&code=b' })).location, '/sign-in?failed=link');
  });
});
