import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { routeSamples } from '../support/route-samples.ts';
import { startTwoTenants } from '../support/two-tenants.ts';
import type { Answer } from '../support/two-tenants.ts';

// Every read is asked before and after another tenant has devices of the same names, and of names, tags and addresses that nobody
// else has: not one byte may differ, so no count can either.

const { application, tenant, other, token, ask, report } = await startTwoTenants();
const mine = await token();
const foreign = await token({ of: other });
const builds = ['10.0.26100.1', '10.0.26100.8000', '10.0.22621'];

for (const [index, build] of builds.entries())
  await report(tenant, { name: `pc${index}`, tags: ['lab'], ipAddresses: [`10.0.0.${index}`] }, build);

const reads = routeSamples.filter(({ route }) => route.method === 'GET');
const lists = reads.filter(({ route }) => route.options === 'list');
const questions = [
  ...reads.map(({ url, asked }) => asked(url)),
  ...lists.flatMap(({ url }) => [`${url}?$count=true`, `${url}?$filter=id%20ne%20'x'&$count=true`, `${url}?$top=2`]),
];

async function askAll(): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const url of questions) answers.set(url, await ask({ url, token: mine }));
  return answers;
}

const before = await askAll();
for (const [index, build] of [...builds, ...builds, '10.0.26100.1'].entries()) {
  const name = index < builds.length ? `pc${index}` : `secret-${index}`;
  await report(other, { name, tags: ['hidden'], ipAddresses: [`192.0.2.${index}`] }, build);
}
const after = await askAll();
const theirs = (await application.listDevices({ tenant: other, groups: null }, { top: 100, skip: 0 })).devices;

describe('what another tenant has shows nowhere', () => {
  it('it has devices', () => assert.equal(theirs.length, 7));
  for (const url of questions) {
    it(url, () => {
      const [then, now] = [before.get(url), after.get(url)];
      assert.equal(then?.status, 200, then?.body);
      // A cursor names a moment of the whole store; nothing of whose change moved it.
      const bare = (answer: Answer | undefined): unknown => answer?.body.replaceAll(/"cursor":"[^"]*"/g, '"cursor":""');
      assert.equal(bare(now), bare(then));
      for (const name of ['etag', 'content-length', 'x-kbgap-coverage'])
        assert.equal(now?.headers[name], then.headers[name], name);
      for (const { id } of theirs) assert.ok(now?.body.includes(id) === false, id);
      assert.doesNotMatch(now?.body ?? '', /secret-|hidden|192\.0\.2\./);
    });
  }
});

describe("another tenant's devices by their ids", () => {
  for (const { route, pattern, urlOf, headers } of routeSamples) {
    if (!/\/(?:machines|devices)\/:id/i.test(pattern)) continue;
    it(`${route.method} ${pattern}: 404`, async () => {
      for (const { id, name } of theirs) {
        if (!name?.startsWith('secret-')) continue;
        for (const known of [id, id.toUpperCase(), name]) {
          const answer = await ask({ method: route.method, url: urlOf(known), token: mine, headers });
          assert.equal(answer.status, 404, answer.body);
          assert.equal(answer.headers['x-kbgap-coverage'], undefined);
          const own = await ask({ method: route.method, url: urlOf(known), token: foreign, headers });
          assert.ok(own.status < 404, own.body);
        }
      }
    });
  }
});
