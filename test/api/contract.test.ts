import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = (): Date => new Date('2026-11-23T12:00:00Z');
const application: Application = openApplication({
  dataFolder: temporaryFolder({ after }),
  now,
  engine: catalogueEngine(loadStarterCatalogue(), true),
});
const server: FastifyInstance = createServer({ application, logger: false, now });
after(async () => {
  await server.close();
  await application.close();
});

const tenant = application.getTenant('default');
const report = {
  schema: 'kbgap-inventory/1',
  device: { name: 'pc1', tags: ['lab'], ipAddresses: ['10.0.0.1'] },
  os: { name: 'Windows 11 Pro', build: '10.0.26100.8000', architecture: 'x64', installationType: 'Client' },
};
await application.applyReport(tenant, {
  inventory: readNative(report),
  raw: Buffer.from('{}'),
  format: 'native',
  receivedAt: now(),
});

const everything = await issueToken({
  application,
  tenant,
  clientId: localOperatorClientId,
  roles: allRoles,
  audience: 'https://api.securitycenter.microsoft.com',
  issuer: 'http://localhost:80',
  now: now(),
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

async function ask(method: string, url: string, bearer?: string, payload?: string): Promise<Answer> {
  const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const answer = await server.inject({
    method: method as 'GET',
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
}

/** Clients read `error.code` without a guard: every failure must have it. */
function assertError({ status, body }: Answer, expected: number, code: string): void {
  assert.equal(status, expected, body);
  const { error } = JSON.parse(body) as { readonly error: Readonly<Record<string, string>> };
  assert.deepEqual(Object.keys(error), ['code', 'message', 'target']);
  assert.equal(error['code'], code);
  assert.match(error['target'] ?? '', /^[0-9a-f-]{36}$/);
}

describe('addresses that are none', () => {
  it('404 with a token, 401 without, 400 where it cannot be read', async () => {
    assertError(await ask('GET', '/api/nothing', everything), 404, 'NotFound');
    assertError(await ask('GET', '/api/nothing'), 401, 'Unauthorized');
    assertError(await ask('GET', '/v1/nothing'), 401, 'Unauthorized');
    assertError(await ask('GET', '/nothing'), 404, 'NotFound');
    assertError(await ask('GET', '/api/machines/%zz', everything), 400, 'BadRequest');
  });
});

describe('/api/machines', () => {
  const ids = async (query: string): Promise<readonly string[]> => {
    const answer = await ask('GET', `/api/machines${query}`, everything);
    assert.equal(answer.status, 200, answer.body);
    return (JSON.parse(answer.body) as { readonly value: readonly { readonly computerDnsName: string }[] }).value.map(
      (machine) => machine.computerDnsName,
    );
  };
  it('filters, with the dollar sign and blanks in any spelling', async () => {
    assert.deepEqual(await ids("?%24filter=computerDnsName+eq+'PC1'"), ['pc1']);
    assert.deepEqual(await ids("?$filter=lastIpAddress%20eq%20'10.0.0.1'"), ['pc1']);
    assert.deepEqual(await ids("?$filter=machineTags eq 'nowhere'"), []);
    assert.deepEqual(await ids('?$filter=lastSeen gt 2030-01-01Z'), []);
  });
  it('counts and cuts', async () => {
    await application.applyReport(tenant, {
      inventory: readNative({ ...report, device: { name: 'pc2' } }),
      raw: Buffer.from('{}'),
      format: 'native',
      receivedAt: now(),
    });
    const answer = await ask('GET', '/api/machines?$count=true&$top=1', everything);
    const body = JSON.parse(answer.body) as Record<string, unknown> & { readonly value: readonly object[] };
    assert.equal(body.value.length, 1);
    assert.equal(body['@odata.count'], 2);
    assert.equal(body['@odata.nextLink'], undefined);
    assertError(await ask('GET', '/api/machines?$top=-1', everything), 400, 'ODataError');
  });
  it('says all keys of the contract, in their order', async () => {
    const answer = await ask('GET', '/api/machines/PC1', everything);
    const keys =
      'id mergedIntoMachineId isPotentialDuplication isExcluded exclusionReason computerDnsName firstSeen lastSeen osPlatform osProcessor version lastIpAddress lastExternalIpAddress agentVersion osBuild healthStatus deviceValue rbacGroupId rbacGroupName ipAddresses riskScore exposureLevel isAadJoined aadDeviceId machineTags vmMetadata onboardingStatus osArchitecture managedBy managedByStatus';
    assert.deepEqual(Object.keys(JSON.parse(answer.body) as object), ['@odata.context', ...keys.split(' ')]);
  });
});

describe('POST /v1/reports', () => {
  const cases: readonly [says: string, payload: string, status: number, code: string][] = [
    ['nothing', '', 400, 'InvalidRequestBody'],
    ['no inventory', 'hello', 400, 'InvalidRequestBody'],
    ['neither id nor name', JSON.stringify({ os: { build: '10.0.19045.1' } }), 400, 'MissingRequiredParameter'],
    ['a bad build', JSON.stringify({ device: { name: 'x' }, os: { build: 'x' } }), 400, 'InvalidRequestBody'],
    [
      'more than 16 MiB',
      `{"os":{"build":"10.0.19045.1"},"x":"${'x'.repeat(17 * 1024 * 1024)}"}`,
      413,
      'RequestEntityTooLarge',
    ],
  ];
  for (const [says, payload, status, code] of cases)
    it(`${says}: ${status}`, async () =>
      assertError(await ask('POST', '/v1/reports', everything, payload), status, code));

  it('a name in the address names the device where the report does not', async () => {
    const answer = await ask(
      'POST',
      '/v1/reports?name=named',
      everything,
      JSON.stringify({ os: { build: '10.0.19045.1' } }),
    );
    assert.deepEqual(Object.keys(JSON.parse(answer.body) as object), [
      'deviceId',
      'coverage',
      'install',
      'missing',
      'changed',
    ]);
    assert.equal((await ask('GET', '/api/machines/named', everything)).status, 200);
  });
});

describe('a list that nobody could judge', () => {
  it('is empty and says so', async () => {
    await ask(
      'POST',
      '/v1/reports',
      everything,
      JSON.stringify({
        device: { name: 'dark' },
        os: { name: 'Windows 11 Pro', build: '10.0.22621', architecture: 'x64' },
      }),
    );
    const answer = await ask('GET', '/api/machines/dark/getmissingkbs', everything);
    assert.deepEqual((JSON.parse(answer.body) as { readonly value: readonly object[] }).value, []);
    assert.equal(answer.headers['x-kbgap-coverage'], 'not-assessed; reason=no-patch-evidence');
  });
  it('an unchanged list is 304', async () => {
    const first = await ask('GET', '/api/machines/pc1/getmissingkbs', everything);
    const again = await server.inject({
      url: '/api/machines/pc1/getmissingkbs',
      headers: { authorization: `Bearer ${everything}`, 'if-none-match': String(first.headers['etag']) },
    });
    assert.equal(again.statusCode, 304);
  });
});
