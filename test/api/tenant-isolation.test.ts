import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { contractRoutes, foreignRoutes, ownRoutes } from '../../src/api/routes/routes.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import type { Tenant } from '../../src/store/store.ts';
import { openApiServer } from '../support/api-server.ts';

const { server, application, tenant, clock } = openApiServer();
const other = await application.createTenant('other');

/** Everything by which the one tenant's device could be told in an answer. */
const marks = ['zebra-host', '10.99.88.77', 'zebra-tag', 'ZebraSoft', 'zebraware'];

function reportOf(name: string, tag: string): object {
  return {
    schema: 'kbgap-inventory/1',
    device: { name, tags: [tag], ipAddresses: [name === 'zebra-host' ? '10.99.88.77' : '10.0.0.1'] },
    os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
    software: name === 'zebra-host' ? [{ name: 'zebraware', vendor: 'ZebraSoft', version: '1.0' }] : [],
  };
}

async function report(of: Tenant, content: object): Promise<string> {
  const raw = Buffer.from(JSON.stringify(content));
  const inventory = readNative(content);
  return (await application.applyReport(of, { inventory, raw, format: 'native', receivedAt: clock.now })).deviceId;
}

const hidden = await report(tenant, reportOf('zebra-host', 'zebra-tag'));
await report(other, reportOf('pc1', 'lab'));

const foreign = await issueToken({
  application,
  tenant: other,
  clientId: localOperatorClientId,
  roles: allRoles,
  audience: 'https://api.securitycenter.microsoft.com',
  issuer: 'http://localhost',
  now: clock.now,
});

const routes = [
  ...contractRoutes.flatMap((route) =>
    ['/api', '/api/v1.0'].map((prefix) => ({ ...route, path: prefix + route.path })),
  ),
  ...ownRoutes.map((route) => ({ ...route, path: `/v1${route.path}` })),
  ...foreignRoutes,
];

/** Every id that an answer to the one tenant could have shown. */
const ids = [hidden, hidden.toUpperCase(), 'zebra-host', 'zebrasoft-_-zebraware', 'va-_-zebrasoft-_-zebraware'];

const queries = ['', `?tenant=${tenant.id}&tenantId=${tenant.id}&tid=${tenant.id}`, '?$top=10000', '?$count=true'];

describe('a token of one tenant', () => {
  for (const { method, path } of routes)
    it(`sees nothing of another at ${method} ${path}`, async () => {
      const addresses = /:\w+/.test(path) ? ids.map((id) => path.replace(/:\w+/, encodeURIComponent(id))) : [path];
      for (const address of addresses)
        for (const query of queries) {
          const answer = await server.inject({
            method,
            url: address + query,
            headers: { authorization: `Bearer ${foreign}`, 'x-tenant-id': tenant.id },
            ...(method === 'POST' ? { payload: '{}' } : {}),
          });
          // What the caller named itself may come back in a refusal.
          const own = [address.toLowerCase(), ...ids].join(' ').toLowerCase();
          const seen = marks.filter((mark) => answer.body.includes(mark));
          if (answer.statusCode < 300) assert.deepEqual(seen, [], answer.body);
          else
            assert.ok(
              seen.every((mark) => own.includes(mark.toLowerCase())),
              answer.body,
            );
          if (answer.statusCode < 300) assert.ok(!answer.body.includes(hidden), answer.body);
        }
    });

  it('changes nothing of another, though it reports a device of the same id', async () => {
    const before = await application.getDevice(wholeTenant(tenant), hidden);
    for (const url of ['/v1/reports', '/v1/reports/bulk']) {
      const content = {
        ...reportOf('zebra-host', 'stolen'),
        device: { id: hidden, name: 'zebra-host', tags: ['stolen'] },
      };
      const answer = await server.inject({
        method: 'POST',
        url,
        headers: { authorization: `Bearer ${foreign}` },
        payload: JSON.stringify(content),
      });
      assert.equal(answer.statusCode, 200, answer.body);
    }
    assert.deepEqual(await application.getDevice(wholeTenant(tenant), hidden), before);
    assert.deepEqual((await application.getDevice(wholeTenant(other), hidden)).tags, ['stolen']);
  });

  it('is not one of another because the address of a token route names that one', async () => {
    const client = await application.createClient(other, 'theirs', []);
    for (const path of ['oauth2/token', 'oauth2/v2.0/token']) {
      const answer = await server.inject({
        method: 'POST',
        url: `/${tenant.id}/${path}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: client.clientId,
          client_secret: client.clientSecret,
          resource: 'https://api.securitycenter.microsoft.com',
        }).toString(),
      });
      assert.equal(answer.statusCode, 400);
      assert.match(answer.body, /AADSTS700016/);
    }
  });
});
