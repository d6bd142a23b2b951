import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { send } from '../support/fake-osqueryd.ts';
import type { FakeOsqueryd } from '../support/fake-osqueryd.ts';
import { startOsqueryServer } from '../support/osquery-server.ts';
import type { OsqueryServer } from '../support/osquery-server.ts';

const endpoints = ['/enroll', '/config', '/log', '/distributed/read', '/distributed/write'];

async function post(
  { url, authority }: Pick<OsqueryServer, 'url' | 'authority'>,
  path: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const text = await send(new URL(`/osquery${path}`, url), Buffer.from(body), { ca: authority, headers });
  assert.notEqual(text, '', 'an empty body is success to osqueryd');
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

/** How osqueryd takes an answer. */
function isFailure(answer: Readonly<Record<string, unknown>>): boolean {
  return answer['node_invalid'] === true || 'error' in answer;
}

describe('what is no good request', () => {
  let server: OsqueryServer;
  let node: FakeOsqueryd;
  const releases: (() => unknown)[] = [];
  before(async () => {
    server = await startOsqueryServer({ after: (release: () => unknown) => releases.push(release) } as never);
    node = await server.node();
    await node.start();
  });
  after(async () => {
    for (const release of releases.reverse()) await release();
  });

  const bodies: readonly [says: string, body: string | Uint8Array, headers?: Readonly<Record<string, string>>][] = [
    ['an empty body', ''],
    ['no JSON', 'hello'],
    ['JSON that is cut', '{"node_key":"x","log_type":"res'],
    ['a list', '[]'],
    ['a number', '7'],
    ['nothing', 'null'],
    ['an object without a key', '{}'],
    ['a key that is no text', '{"node_key":{"a":1},"enroll_secret":["x"]}'],
    ['an empty key', '{"node_key":"","enroll_secret":""}'],
    ['a key nobody has', '{"node_key":"nobody","enroll_secret":"nobody"}'],
    ['keys such as __proto__', '{"__proto__":{"node_key":"x"},"constructor":1}'],
    ['deep nesting', '['.repeat(200_000)],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
    ['rubbish that claims to be packed', 'hello', { 'content-encoding': 'gzip' }],
    ['a packing that nobody knows', '{}', { 'content-encoding': 'lzma' }],
    ['an odd content type', '{}', { 'content-type': ';;' }],
    ['a header that names another scheme', '{}', { authorization: 'Bearer x' }],
  ];
  for (const path of [
    '/osquery/x',
    '/osquery',
    '/osquery/enroll/x',
    '/api/osquery/y?a=1',
    '/API/osquery',
    '/api/v1/osquery/z/z',
  ]) {
    for (const method of ['GET', 'POST']) {
      it(`answers in its own shape where nothing is: ${method} ${path}`, async () => {
        const text = await send(new URL(path, server.url), Buffer.from(method === 'GET' ? '' : '{}'), {
          ca: server.authority,
          method,
          headers: {},
        });
        assert.equal(typeof (JSON.parse(text) as { error?: unknown }).error, 'string', text);
      });
    }
  }

  for (const [says, body, headers] of bodies) {
    it(`${says} is answered with an error in the body, everywhere`, async () => {
      for (const path of endpoints) {
        const answer = await post(server, path, body, headers);
        assert.ok(isFailure(answer), `${path}: ${JSON.stringify(answer)}`);
        if ('error' in answer) assert.equal(typeof answer['error'], 'string');
      }
    });
  }

  it('another method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      for (const base of ['/osquery', '/api/osquery', '/api/v1/osquery']) {
        const text = await send(new URL(`${base}/config`, server.url), Buffer.alloc(0), {
          ca: server.authority,
          method,
          headers: {},
        });
        assert.deepEqual(JSON.parse(text), { error: `expected POST, got ${method}` });
      }
    }
  });

  it('a body that is too large, plain or packed', async () => {
    const large = JSON.stringify({ enroll_secret: 'x'.repeat(2 * 1024 * 1024) });
    assert.ok(isFailure(await post(server, '/enroll', large)));
    assert.ok(isFailure(await post(server, '/config', large)));
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 32));
    const answer = await post(server, '/log', bomb, { 'content-encoding': 'gzip' });
    assert.match(String(answer['error']), /at most 41943040 bytes/);
  });

  it('whatever a node with a good key sends is answered, and does not break the server', async () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const line = fc.record(
      {
        name: fc.oneof(fc.constantFrom('kbgap_patches', '__proto__', ''), value),
        hostIdentifier: fc.oneof(fc.constant('h'), value),
        action: fc.constantFrom('added', 'removed', 'snapshot', 'x'),
        snapshot: fc.oneof(fc.array(fc.dictionary(fc.string(), fc.string())), value),
        columns: fc.oneof(
          fc.dictionary(fc.constantFrom('hotfix_id', 'name', 'version', '__proto__', 'key'), fc.string()),
          value,
        ),
        diffResults: value,
        unixTime: fc.oneof(fc.integer(), value),
        epoch: value,
        counter: value,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/log', '/distributed/write', '/distributed/read', '/config'),
        fc.array(fc.oneof(line, value)),
        value,
        async (path, data, more) => {
          const body = { data, queries: more, statuses: more, log_type: 'result', node_key: node.nodeKey };
          const answer = await post(server, path, JSON.stringify(body));
          assert.equal(isFailure(answer), false, JSON.stringify(answer));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('lines of a log', () => {
  const line = (name: string, snapshot: readonly object[], unixTime = 1_781_078_400): object => ({
    name,
    hostIdentifier: 'x',
    action: 'snapshot',
    snapshot,
    unixTime,
    epoch: 0,
    counter: 0,
  });
  const kb = (number: string): object => ({ hotfix_id: `KB${number}`, csname: 'PC-EINS' });

  async function kbsAfter(
    server: OsqueryServer,
    node: FakeOsqueryd,
    data: readonly unknown[],
  ): Promise<readonly string[]> {
    const answer = await post(server, '/log', JSON.stringify({ node_key: node.nodeKey, log_type: 'result', data }));
    assert.deepEqual(answer, {});
    const device = await server.device('PC-EINS');
    return device === undefined ? [] : server.application.getPatchState(device).installedKbs;
  }

  it('a bad one costs that line', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    const data = [
      7,
      null,
      'x',
      [],
      {},
      { name: 'a' },
      { severity: 1, message: 'x', hostIdentifier: 'x' },
      line('any', [kb('4532693')]),
      { name: 'any', snapshot: 7 },
    ];
    assert.deepEqual(await kbsAfter(server, node, data), ['4532693']);
  });

  it('names such as __proto__ are names like any other', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    const data = [
      line('__proto__', [kb('4532693')]),
      line('constructor', [JSON.parse('{"__proto__":"x","hotfix_id":"KB4540673"}') as object]),
    ];
    assert.deepEqual(await kbsAfter(server, node, data), ['4532693', '4540673']);
    assert.deepEqual(await kbsAfter(server, node, [line('__proto__', [])]), ['4540673']);
  });

  it('differences are applied to what is kept, also over several requests', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    const event = (action: string, number: string, counter: number): object => ({
      name: 'kbs',
      hostIdentifier: 'x',
      action,
      columns: kb(number),
      epoch: 1,
      counter,
      unixTime: 1_781_078_400 + counter,
    });
    assert.deepEqual(await kbsAfter(server, node, [event('added', '4532693', 0)]), ['4532693']);
    assert.deepEqual(await kbsAfter(server, node, [event('added', '4524569', 0)]), ['4524569', '4532693']);
    assert.deepEqual(await kbsAfter(server, node, [event('removed', '4532693', 1), event('added', '4540673', 1)]), [
      '4524569',
      '4540673',
    ]);
    assert.deepEqual(await kbsAfter(server, node, [event('removed', '4532693', 1), event('added', '4540673', 1)]), [
      '4524569',
      '4540673',
    ]);
  });

  it('an older snapshot that comes late changes nothing', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await kbsAfter(server, node, [line('kbs', [kb('4540673')], 1_781_078_400)]);
    assert.deepEqual(await kbsAfter(server, node, [line('kbs', [kb('4532693')], 1_781_000_000)]), ['4540673']);
  });

  it('a clock that was a year ahead does not silence the node once it is put right', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await kbsAfter(server, node, [line('kbs', [kb('4532693')], 1_812_614_400)]);
    server.pass(1);
    assert.deepEqual(await kbsAfter(server, node, [line('kbs', [kb('4540673')], 1_781_082_000)]), ['4540673']);
  });

  it('nothing is kept of what is not read', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await kbsAfter(server, node, [line('sockets', [{ pid: '4', port: '445' }]), line('empty', [])]);
    const known = await server.application.osquery.find(node.nodeKey);
    assert.ok(known !== undefined && known.node.resultsRevision === 1, 'the enrolment alone');
  });

  it('as many and as long as osqueryd sends at once are taken', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    const long = { name: 'Program', version: '1', publisher: 'x'.repeat(1_000_000) };
    const data = [...Array.from({ length: 31 }, (_, n) => line(`q${n}`, [long])), line('kbs', [kb('4532693')])];
    assert.deepEqual(await kbsAfter(server, node, data), ['4532693']);
  });

  it('two requests of one node at once lose nothing', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => kbsAfter(server, node, [line(`q${n}`, [kb(String(5_000_000 + n))])])),
    );
    const device = await server.device('PC-EINS');
    assert.equal(device === undefined ? 0 : server.application.getPatchState(device).installedKbs.length, 20);
  });

  it('a node that invents queries is bounded', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    const data = Array.from({ length: 300 }, (_, n) => line(`q${n}`, [kb(String(5_000_000 + n))]));
    const kept = await kbsAfter(server, node, data);
    assert.ok(kept.length > 50 && kept.length <= 100, String(kept.length));
  });
});

describe('hosts that say nothing of themselves', () => {
  it('are not taken for one another', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret } = await server.application.osquery.createSecret(server.tenant, 'all');
    const keys = await Promise.all(
      [1, 2].map(() => post(server, '/enroll', JSON.stringify({ enroll_secret: secret }))),
    );
    const found = await Promise.all(keys.map(({ node_key: key }) => server.application.osquery.find(String(key))));
    assert.equal(found.filter((node) => node !== undefined).length, 2);
  });

  it('are known by their identifier where they have one', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret } = await server.application.osquery.createSecret(server.tenant, 'all');
    const body = JSON.stringify({ enroll_secret: secret, host_identifier: 'pc1' });
    const first = await post(server, '/enroll', body);
    await post(server, '/enroll', body);
    assert.equal(await server.application.osquery.find(String(first['node_key'])), undefined);
    assert.equal((await server.application.osquery.list(server.tenant)).length, 1);
  });
});

describe('a server that cannot', () => {
  it('says so in the body, and the node keeps its logs', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    node.runSchedule();
    const waiting = node.buffer.length;
    await server.application.close();
    assert.equal(await node.flush(), false);
    assert.deepEqual([node.buffer.length, node.lost], [waiting, 0]);
    assert.notEqual(node.nodeKey, '', 'and its key');
  });
});
