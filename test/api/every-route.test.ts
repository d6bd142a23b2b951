import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allRoles } from '../../src/operations/roles.ts';
import { routeSamples } from '../support/route-samples.ts';
import { startTwoTenants } from '../support/two-tenants.ts';
import type { Answer } from '../support/two-tenants.ts';

// Walks the lists of routes: whatever is added to them is held to the contract's rules for all of them.

const { server, now, tenant, other, token, ask, report } = await startTwoTenants();
await report(tenant, { name: 'pc1', tags: ['lab'], ipAddresses: ['10.0.0.1'] });
const everything = await token();
const nothing = await token({ roles: ['Nothing.Read.All'] });
const foreign = await token({ of: other });
const rubbish = [
  'x',
  'x.y.z',
  `${everything}x`,
  everything.split('.').slice(0, 2).join('.'),
  await token({ at: new Date(now().getTime() - 2 * 3_600_000) }),
  await token({ audience: 'https://graph.microsoft.com' }),
];

/** Clients read `error.code` without a guard: every failure must have it. */
function assertError({ status, headers, body }: Answer, expected: number, code: string): void {
  assert.equal(status, expected, body);
  assert.match(String(headers['content-type']), /^application\/json/);
  const { error } = JSON.parse(body) as { readonly error: Readonly<Record<string, string>> };
  assert.deepEqual(Object.keys(error), ['code', 'message', 'target']);
  assert.equal(error['code'], code);
  assert.ok((error['message'] ?? '').length > 0);
  assert.match(error['target'] ?? '', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
}

it('there are routes, and each has one address', () => {
  assert.ok(routeSamples.length > 20);
  const addresses = routeSamples.map(({ route, pattern }) => `${route.method} ${pattern.toLowerCase()}`);
  assert.equal(new Set(addresses).size, addresses.length);
});

for (const { route, pattern, url, urlOf, asked, payload, headers, status, code } of routeSamples) {
  const { method } = route;
  const isContract = pattern.startsWith('/api/');
  const of = (bearer: string | undefined, at = url): Promise<Answer> =>
    ask({ method, url: asked(at), token: bearer, headers, ...(payload === undefined ? {} : { payload }) });

  describe(`${method} ${pattern}`, () => {
    it(`answers ${status}`, async () => {
      const answer = await of(everything);
      if (status >= 400) assertError(answer, status, code ?? '');
      else assert.equal(answer.status, status, answer.body);
      if (status < 400 && isContract && route.answerType === undefined)
        assert.match(answer.body, /^\{"@odata\.context":"http:\/\/localhost:80\/api\/\$metadata#\w/);
    });

    it('says that the catalogue is of long ago', async () => {
      assert.equal((await of(everything)).headers['x-kbgap-catalogue'], 'stale; reason=too-old');
    });

    it('in any case, with a slash at the end, with a dollar sign in either spelling', async () => {
      const upper = url.replace(/^\/[^?]*/, (path) => path.toUpperCase());
      for (const at of [upper, `${url}/`, url.replaceAll('/$', '/%24')])
        assert.equal((await of(everything, at)).status, status, at);
    });

    it('401 without a token or with one that is no good', async () => {
      for (const bearer of [undefined, ...rubbish]) {
        const answer = await of(bearer);
        assertError(answer, 401, 'Unauthorized');
        assert.equal(answer.headers['www-authenticate'], 'Bearer');
      }
    });

    it('403 without the role, in the words that clients search; any role where none is named', async () => {
      const answer = await of(nothing);
      if (route.roles.length === 0) {
        assert.equal(answer.status, status);
        return;
      }
      assertError(answer, 403, 'Forbidden');
      const required = route.roles.filter((role) => role.endsWith('.All')).join(',');
      const words = `Missing application roles. API required roles: ${required}, application roles: Nothing.Read.All.`;
      assert.ok(answer.body.includes(words), answer.body);
      assert.ok(route.roles.every((role) => !role.endsWith('.All') || (allRoles as readonly string[]).includes(role)));
    });

    if (pattern.includes(':id')) {
      it('404 for what is unknown, whatever it looks like, and for what another tenant has', async () => {
        for (const id of ['elastic-connector-test', '%F0%9F%92%A5', 'x'.repeat(300), "a'b", '0'.repeat(40), '..%2f..'])
          assertError(await of(everything, urlOf(id)), 404, 'ResourceNotFound');
        // Of any published CVE or update the facts are told; whom it concerns is told of the own devices alone.
        const isFound = route.isPublished === true || /\/(?:vulnerabilities|cves|updates)\/:id/.test(pattern);
        if (!isFound) assertError(await of(foreign), 404, 'ResourceNotFound');
      });
    }

    it('405 for another method, saying which is right; 401 where nobody knows the caller', async () => {
      const allowed = routeSamples.filter((each) => each.pattern === pattern).map((each) => each.route.method);
      const wrongs = ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST', 'GET'].filter(
        (each) => !allowed.some((right) => right === each),
      );
      for (const wrong of wrongs) {
        const answer = await ask({ method: wrong, url, token: everything });
        assertError(answer, 405, 'MethodNotAllowed');
        assert.equal(answer.headers['allow'], allowed.map((each) => (each === 'GET' ? 'GET, HEAD' : each)).join(', '));
        assert.equal((await ask({ method: wrong, url })).status, 401);
      }
    });

    it('HEAD is GET without a body, where there is a GET', async () => {
      const hasGet = routeSamples.some((each) => each.pattern === pattern && each.route.method === 'GET');
      const answer = await ask({ method: 'HEAD', url: asked(url), token: everything });
      assert.deepEqual([answer.status, answer.body], [hasGet ? 200 : 405, '']);
      assert.equal((await ask({ method: 'HEAD', url })).status, 401);
    });

    if (method === 'GET') {
      it('a Content-Type on a request without a body is no mistake', async () => {
        const answer = await ask({
          url: asked(url),
          token: everything,
          headers: { ...headers, 'content-type': 'application/json' },
        });
        assert.equal(answer.status, 200, answer.body);
      });
    }

    if (method === 'GET' && isContract) {
      it('400 for an OData option that is none; other parameters pass', async () => {
        assertError(await of(everything, `${url}?$fliter=x`), 400, 'ODataError');
        assertError(await of(everything, `${url}?%24fliter=x`), 400, 'ODataError');
        assert.equal((await of(everything, `${url}?pageSize=10000&pageIndex=1`)).status, 200);
      });
      if (route.options === 'list') {
        it('400 for a malformed option, with the position where there is one', async () => {
          for (const query of ['$top=-1', '$top=x', '$count=1', '$orderby=nothing', '$select=nothing', '$skiptoken=x'])
            assertError(await of(everything, `${url}?${query}`), 400, 'ODataError');
          const answer = await of(everything, `${url}?$filter=id%20eq`);
          assertError(answer, 400, 'ODataError');
          assert.match(answer.body, /position \d+/);
        });
      }
    }
  });
}

it('after all that nobody was let in who should not be, and the server still answers', async () => {
  assert.equal((await ask({ url: '/readyz' })).status, 200);
  assert.ok(server.server !== undefined);
});
