import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startFleetServer } from '../support/fleet-server.ts';
import type { Reply } from '../support/fleet-server.ts';

// What known families of clients read and what they make of it, in our own words; the wire contract lists where each was seen.

let at = Date.parse('2026-11-23T12:00:00Z');
const now = (): Date => new Date(at);
const { ask, get, all, token } = await startFleetServer(now);
const [machine] = await all("/api/machines?$filter=computerDnsName eq 'pc-a'");
const id = String(machine?.['id']);
const json = { 'content-type': 'application/json', accept: 'application/json' };

interface Asked {
  readonly says: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: 'POST';
  /** Default 200. */
  readonly status?: number;
  readonly expects: (reply: Reply) => void;
}

const namesAre =
  (...names: readonly string[]) =>
  ({ body: { value } }: Reply): void =>
    assert.deepEqual(value.map(({ computerDnsName }) => String(computerDnsName)).toSorted(), names);
const isList = ({ body }: Reply): void => assert.ok(Array.isArray(body.value));
const isNotFound = ({ body }: Reply): void =>
  assert.equal((body['error'] as { readonly code: string }).code, 'ResourceNotFound');

const requests: readonly Asked[] = [
  {
    says: 'Rapid7 tests its connection with alerts',
    url: '/api/alerts?$top=1',
    headers: json,
    expects: ({ body }) => assert.deepEqual(body.value, []),
  },
  {
    says: 'Rapid7 looks for a name or an address among all machines, the dollar sign escaped',
    url: '/api/machines?%24top=10000',
    headers: json,
    expects: ({ body }) => {
      assert.equal(body['@odata.nextLink'], undefined);
      assert.ok(
        body.value.some(
          ({ computerDnsName, lastIpAddress }) => computerDnsName === 'pc-a' && lastIpAddress === '10.0.0.1',
        ),
      );
      assert.ok(body.value.every((row) => 'lastExternalIpAddress' in row));
    },
  },
  {
    says: 'Rapid7 asks for one name, blanks as plus',
    url: '/api/machines?%24top=10000&%24filter=computerDnsName+eq+%27pc-a%27',
    headers: json,
    expects: namesAre('pc-a'),
  },
  {
    says: 'Rapid7 asks for one address',
    url: "/api/machines?$top=10000&$filter=lastIpAddress%20eq%20'10.0.0.6'",
    headers: json,
    expects: namesAre('pc-f'),
  },
  {
    says: 'Rapid7 reads whole numbers in missing KBs',
    url: `/api/machines/${id}/getmissingkbs`,
    headers: json,
    expects: ({ body }) => {
      assert.ok(body.value.length > 0);
      for (const row of body.value) {
        assert.deepEqual(Object.keys(row), [
          'id',
          'name',
          'osBuild',
          'productsNames',
          'url',
          'machineMissedOn',
          'cveAddressed',
        ]);
        assert.match(String(row['id']), /^\d+$/);
        assert.ok(row['osBuild'] === null || Number.isInteger(row['osBuild']));
        assert.ok(Number.isInteger(row['machineMissedOn']) && Number.isInteger(row['cveAddressed']));
      }
    },
  },
  {
    says: 'Rapid7 takes 404 on the machines of a software for none',
    url: '/api/Software/nobody-_-nothing/machineReferences',
    headers: json,
    status: 404,
    expects: isNotFound,
  },
  {
    says: 'Elastic tests with an id that is none',
    url: '/api/machines/elastic-connector-test',
    status: 404,
    expects: isNotFound,
  },
  ...['isolate', 'unisolate', 'runliveresponse'].map((action): Asked => ({
    says: `Elastic tests ${action} on it`,
    url: `/api/machines/elastic-connector-test/${action}`,
    method: 'POST',
    status: 404,
    expects: isNotFound,
  })),
  {
    says: 'Elastic counts machine actions',
    url: '/api/machineactions?$count=true&$top=1',
    expects: ({ body }) => assert.deepEqual([body['@odata.count'], body.value], [0, []]),
  },
  {
    says: 'Elastic lists ids with a count, AND in capitals',
    url: `/api/machines?$count=true&$filter=id in ('${id}','${'0'.repeat(40)}') AND healthStatus in ('Active')`,
    expects: (reply) => {
      namesAre('pc-a')(reply);
      assert.equal(reply.body['@odata.count'], 1);
    },
  },
  {
    says: 'Kenna orders by id, under the alias, not packed',
    url: '/api/v1.0/machines?$orderby=id',
    headers: { ...json, 'accept-encoding': 'identity' },
    expects: ({ body, headers }) => {
      const ids = body.value.map((row) => String(row['id']));
      assert.deepEqual(ids, ids.toSorted());
      assert.equal(headers['content-encoding'], undefined);
    },
  },
  {
    says: 'check_msdefender wants the id alone, and counts pages that are none',
    url: "/api/machines?$filter=computerDnsName eq 'pc-a'&$select=id&pageIndex=1",
    headers: json,
    expects: ({ body }) => assert.deepEqual(body.value, [{ id }]),
  },
  {
    says: 'mde-client adds a page size everywhere, in lower case',
    url: '/api/machines?pageSize=10000',
    expects: isList,
  },
  {
    says: 'mde-client writes references small',
    url: '/api/software/microsoft-_-windows_10/machinereferences?pageSize=10000',
    expects: namesAre('pc-a', 'pc-b'),
  },
  {
    says: 'Sentinel writes vulnerabilities large',
    url: '/api/Vulnerabilities',
    headers: json,
    expects: isList,
  },
  {
    says: 'XSOAR searches software by a part of its name',
    url: "/api/Software?$filter=contains(name,'windows') and vendor eq 'microsoft'&$top=50",
    headers: json,
    expects: ({ body }) =>
      assert.ok(body.value.length > 0 && body.value.every(({ name }) => String(name).includes('windows'))),
  },
  {
    says: 'XSOAR searches vulnerabilities by text and date',
    url: "/api/vulnerabilities?$filter=contains(description,'a') and publishedOn ge 2019-01-01T00:00:00Z and cvssV3 ge 5&$top=25&$skip=0",
    headers: json,
    expects: isList,
  },
  {
    says: 'a SIEM asks for what was seen since, by a date without a time',
    url: '/api/machines?$filter=lastSeen gt 2018-08-01Z and riskScore eq %27None%27',
    expects: ({ body }) => assert.equal(body.value.length, 7),
  },
  {
    says: 'PowerShell escapes brackets, quotes and commas, and writes names as the pages do',
    url: '/api/Machines?%24filter=startswith%28ComputerDnsName%2C%27pc-%27%29%20and%20HealthStatus%20eq%20%27Active%27',
    expects: namesAre('pc-a', 'pc-b', 'pc-c', 'pc-d', 'pc-f'),
  },
  {
    says: 'Python requests writes commas, parentheses and quotes escaped, blanks as plus',
    url: '/api/machines?%24filter=osPlatform+in+%28%27Windows10%27%2C%27WindowsServer2019%27%29&%24select=id%2CcomputerDnsName',
    expects: ({ body }) => {
      assert.equal(body.value.length, 3);
      for (const row of body.value) assert.deepEqual(Object.keys(row), ['id', 'computerDnsName']);
    },
  },
  {
    says: 'a playbook finds by tag',
    url: '/api/machines/findbytag?tag=site:b&useStartsWithFilter=true',
    headers: json,
    expects: namesAre('pc-a', 'pc-b', 'srv-e'),
  },
  {
    says: 'a playbook finds by address and time',
    url: "/api/machines/findbyip(ip='10.0.0.6',timestamp=2026-11-23T12:00:00Z)",
    headers: json,
    expects: namesAre('pc-f'),
  },
];

for (const { says, url, headers = {}, method = 'GET', status = 200, expects } of requests)
  it(says, async () => {
    const reply = await ask(url, headers, method);
    assert.equal(reply.status, status, JSON.stringify(reply.body));
    expects(reply);
  });

describe('every refusal has the error object that Elastic reads unasked', () => {
  const refusals: readonly (readonly [number, string, string, Readonly<Record<string, string>>?])[] = [
    [401, 'Unauthorized', '/api/machines', { authorization: 'Bearer eyJ.a.b' }],
    [404, 'ResourceNotFound', `/api/machines/${'f'.repeat(40)}`],
    [404, 'ResourceNotFound', '/api/machines/%20/getmissingkbs'],
    [404, 'NotFound', '/api/nothing'],
    [400, 'ODataError', '/api/machines?$filter=computerDnsName eq'],
    [400, 'ODataError', '/api/machines?$top=-1'],
  ];
  for (const [status, code, url, headers] of refusals)
    it(`${status} ${code} ${url}`, async () => {
      const reply = await ask(url, headers);
      const { error } = reply.body as unknown as { readonly error: Readonly<Record<string, string>> };
      assert.deepEqual(
        [reply.status, error['code'], Object.keys(error)],
        [status, code, ['code', 'message', 'target']],
      );
    });

  it('a TypeScript client cuts the roles that it lacks out of the message', async () => {
    const authorization = `Bearer ${await token(['Machine.Read.All'])}`;
    const { status, body } = await ask(`/api/machines/${id}/getmissingkbs`, { authorization });
    const { message } = body['error'] as { readonly message: string };
    const lacking = /API required roles: ([^.]+(?:\.[A-Z][^.]*)*?), application roles: (.+)\.$/.exec(message);
    assert.equal(status, 403);
    assert.match(lacking?.[1] ?? '', /Software\.Read\.All/);
    assert.equal(lacking?.[2], 'Machine.Read.All');
  });
});

describe('loops end', () => {
  it('paging by links that are followed as they stand', async () => {
    const names = (await all('/api/machines')).map((row) => row['id']);
    assert.equal(new Set(names).size, 7);
    const skipped = await get('/api/machines?$skip=7');
    assert.deepEqual([skipped.value, skipped['@odata.nextLink']], [[], undefined]);
  });

  it('after 401 with an old token a new one is good', async () => {
    const old = `Bearer ${await token()}`;
    at += 3_700_000;
    assert.equal((await ask('/api/machines', { authorization: old })).status, 401);
    assert.equal((await ask('/api/machines', { authorization: `Bearer ${await token()}` })).status, 200);
    at -= 3_700_000;
  });

  it('after 429 one that waits as long as it is told goes on', async () => {
    const throttled = await startFleetServer(now, { throttle: 'defender' });
    let refused: Reply | undefined;
    for (let sent = 0; sent < 200 && refused === undefined; sent += 1) {
      const reply = await throttled.ask('/api/machines');
      if (reply.status === 429) refused = reply;
    }
    assert.ok(refused);
    at += Number(refused.headers['retry-after']) * 1000;
    assert.equal((await throttled.ask('/api/machines')).status, 200);
  });
});
