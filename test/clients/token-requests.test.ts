import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTlsServer } from '../support/tls-server.ts';

// How known families of clients ask for a token and use it, in our own words; the wire contract lists where each was seen.

const server = await startTlsServer();
const { url, tenantId, clientId, clientSecret, device } = server;
const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };

interface Token {
  readonly status: number;
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: string | number;
}

interface Ask {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function askToken({ path, fields, headers = {} }: Ask): Promise<Token> {
  const answer = await fetch(`${url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ ...form, ...fields }).toString(),
  });
  return { ...((await answer.json()) as Token), status: answer.status };
}

async function get(path: string, token: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url + path, { headers: { authorization: `Bearer ${token}`, ...headers } });
}

const json = { 'content-type': 'application/json', accept: 'application/json' };

interface Family extends Ask {
  readonly name: string;
  /** What it then reads. */
  readonly reads: string;
  readonly readsWith?: Readonly<Record<string, string>>;
}

const families: readonly Family[] = [
  {
    name: 'Rapid7: v1, with the base of the API as resource, and a type on a GET without a body',
    path: `${tenantId}/oauth2/token`,
    fields: { resource: url },
    reads: '/api/machines?$top=10000',
    readsWith: json,
  },
  {
    name: 'Rapid7, as its user may have typed the base: with a slash at its end',
    path: `${tenantId}/oauth2/token`,
    fields: { resource: `${url}/` },
    reads: `/api/machines/${device}/getmissingkbs`,
    readsWith: json,
  },
  {
    name: 'PSMDE: v1, with the documented resource',
    path: `${tenantId}/oauth2/token`,
    fields: { resource: 'https://api.securitycenter.microsoft.com' },
    reads: `/api/machines/${device}/getmissingkbs`,
  },
  {
    name: 'PSMDE: v1, with the application id of the API',
    path: `${tenantId}/oauth2/token`,
    fields: { resource: 'fc780465-2017-40d4-a0c5-307022471b92' },
    reads: `/api/machines/${device}/getmissingkbs`,
  },
  {
    name: 'Kenna: v1, then the alias of the API, not packed',
    path: `${tenantId}/oauth2/token`,
    fields: { resource: 'https://api.securitycenter.windows.com' },
    headers: { 'accept-encoding': 'identity' },
    reads: '/api/v1.0/machines',
    readsWith: { ...json, 'accept-encoding': 'identity' },
  },
  {
    name: 'a curl script: v1, with the resource of the oldest pages',
    path: `${tenantId}/oauth2/token`,
    fields: { resource: 'https://securitycenter.onmicrosoft.com/windowsatpservice' },
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', accept: '*/*' },
    reads: '/api/machines',
  },
  {
    name: 'XSOAR: v2, then JSON both ways',
    path: `${tenantId}/oauth2/v2.0/token`,
    fields: { scope: 'https://api.securitycenter.windows.com/.default' },
    reads: `/api/machines/${device}`,
    readsWith: json,
  },
  {
    name: 'Elastic: v2',
    path: `${tenantId}/oauth2/v2.0/token`,
    fields: { scope: 'https://api.securitycenter.microsoft.com/.default' },
    reads: '/api/machines',
  },
  {
    name: 'check_msdefender: v2 for one name of the API, whatever the host',
    path: `${tenantId}/oauth2/v2.0/token`,
    fields: { scope: 'https://api.securitycenter.microsoft.com/.default' },
    reads: '/api/machines?$filter=computerDnsName%20eq%20%27mymachine1.contoso.com%27',
    readsWith: json,
  },
  {
    name: 'Goose: v2 for the newest name',
    path: `${tenantId}/oauth2/v2.0/token`,
    fields: { scope: 'https://api.security.microsoft.com/.default' },
    reads: `/api/machines/${device}/getmissingkbs`,
  },
];

for (const { name, reads, readsWith, ...ask } of families)
  describe(name, () => {
    it('gets a token that it can use', async () => {
      const token = await askToken(ask);
      assert.equal(token.status, 200, JSON.stringify(token));
      assert.equal(token.token_type, 'Bearer');
      assert.equal(Number(token.expires_in), 3599);
      const answer = await get(reads, token.access_token, readsWith);
      assert.equal(answer.status, 200, await answer.clone().text());
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
      assert.equal(typeof (await answer.json()), 'object');
    });

    it('can tell that its secret is wrong', async () => {
      const refused = await askToken({ ...ask, fields: { ...ask.fields, client_secret: 'wrong' } });
      const { status, error, error_description: description } = refused as unknown as Record<string, unknown>;
      assert.deepEqual([status, error], [401, 'invalid_client']);
      assert.match(String(description), /^AADSTS7000215: /);
    });
  });

describe('what clients look for in a token', () => {
  it('PSMDE decodes it: its beginning, its dots, a numeric exp, the roles of the cmdlet', async () => {
    const { access_token: token } = await askToken({
      path: `${tenantId}/oauth2/token`,
      fields: { resource: 'https://api.securitycenter.microsoft.com' },
    });
    assert.ok(token.startsWith('eyJ') && token.includes('.'));
    const { exp, roles } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      readonly exp: unknown;
      readonly roles: readonly string[];
    };
    assert.equal(typeof exp, 'number');
    assert.ok(roles.includes('Software.Read.All'));
  });

  it('a resource that the tenant does not know is told by its number', async () => {
    for (const [path, fields] of [
      ['oauth2/token', { resource: 'https://management.azure.com' }],
      ['oauth2/v2.0/token', { scope: 'https://management.azure.com/.default' }],
    ] as const) {
      const refused = await askToken({ path: `${tenantId}/${path}`, fields });
      assert.equal(refused.status, 400);
      assert.match(String((refused as unknown as Record<string, unknown>)['error_description']), /AADSTS500011/);
    }
  });
});
