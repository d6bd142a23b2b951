import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { forgedZip } from '../support/forged-zip.ts';
import { tarFile } from '../support/tar-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = (): Date => new Date('2026-11-23T12:00:00Z');
const application = openApplication({
  dataFolder: temporaryFolder({ after }),
  now,
  engine: catalogueEngine(loadStarterCatalogue(), true),
});
const server = createServer({ application, logger: false, now, publicUrl: 'https://kbgap.example/' });
after(async () => {
  await server.close();
  await application.close();
});
const token = await issueToken({
  application,
  tenant: application.getTenant('default'),
  clientId: localOperatorClientId,
  roles: allRoles,
  audience: 'https://api.securitycenter.microsoft.com',
  issuer: 'https://kbgap.example',
  now: now(),
});
const authorization = `Bearer ${token}`;
const report = JSON.stringify({
  schema: 'kbgap-inventory/1',
  device: { name: 'pc1' },
  os: { name: 'Windows 11 Pro', build: '10.0.26100.2000', architecture: 'x64', installationType: 'Client' },
});

describe('an id that can be none', () => {
  const long = 'x'.repeat(10_000);
  for (const [url, status, code] of [
    [`/api/machines/${long}`, 404, 'ResourceNotFound'],
    [`/api/machines/${long}/getmissingkbs`, 404, 'ResourceNotFound'],
    [`/api/Software/${long}/distributions`, 404, 'ResourceNotFound'],
    [`/api/vulnerabilities/${long}`, 404, 'ResourceNotFound'],
    [`/api/recommendations/${long}/software`, 404, 'ResourceNotFound'],
    ['/api/machines/%00', 404, 'ResourceNotFound'],
    ['/api/machines/a%2Fb', 404, 'ResourceNotFound'],
    [`/api/machines/${long.repeat(10)}`, 414, 'BadRequest'],
  ] as const) {
    it(`${status} ${code} for ${url.slice(0, 40)}`, async () => {
      const answer = await server.inject({ url, headers: { authorization } });
      assert.equal(answer.statusCode, status);
      assert.equal(answer.json<{ readonly error: { readonly code: string } }>().error.code, code);
      assert.ok(answer.body.length < 500, 'it is not sent back whole');
      if (status === 404) assert.equal((await server.inject({ url })).statusCode, 401);
    });
  }
});

describe('a report is told by its content', () => {
  for (const type of ['foo', '', ';;', 'text', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x']) {
    it(`with Content-Type "${type}"`, async () => {
      const headers = { authorization, 'content-type': type };
      const answer = await server.inject({ method: 'POST', url: '/v1/reports', headers, payload: report });
      assert.equal(answer.statusCode, 200, answer.body);
    });
  }

  const packed: readonly [says: string, payload: Uint8Array, status: number][] = [
    ['gzip', gzipSync(report), 200],
    ['zstd', zstdCompressSync(report), 200],
    ['gzip in gzip', gzipSync(gzipSync(report)), 200],
    ['a zip of one report', zipSync({ 'deep/pc1.json': strToU8(report) }), 200],
    ['tar in gzip', gzipSync(tarFile([{ name: 'pc1.json', content: report }])), 200],
    ['a zip of two reports', zipSync({ 'a.json': strToU8(report), 'b.json': strToU8(report) }), 400],
    ['an empty zip', zipSync({}), 400],
    ['an encrypted zip', forgedZip('a.json', Buffer.from(report), { flags: 1 }), 400],
    ['a cut gzip', gzipSync(report).subarray(0, 40), 400],
    ['gzip of more than a report may have', gzipSync(Buffer.alloc(17 * 1024 * 1024)), 413],
    ['a zip of more', zipSync({ a: Buffer.alloc(17 * 1024 * 1024) }), 413],
    ['a 7z archive', Buffer.from('377abcaf271c0004', 'hex'), 400],
  ];
  for (const [says, payload, status] of packed) {
    it(`${says} without a header that says so: ${status}`, async () => {
      const answer = await server.inject({
        method: 'POST',
        url: '/v1/reports',
        headers: { authorization },
        payload: Buffer.from(payload),
      });
      assert.equal(answer.statusCode, status, answer.body);
      if (status !== 200) assert.match(answer.body, /"message":"request body/);
    });
  }

  for (const [says, pack] of [
    ['with the zlib header', deflateSync],
    ['bare', deflateRawSync],
  ] as const) {
    it(`deflated ${says}`, async () => {
      const headers = { authorization, 'content-encoding': 'deflate' };
      const answer = await server.inject({ method: 'POST', url: '/v1/reports', headers, payload: pack(report) });
      assert.equal(answer.statusCode, 200, answer.body);
    });
  }

  it('is not read from somebody without a token, however large', async () => {
    const payload = Buffer.alloc(17 * 1024 * 1024, 32);
    assert.equal((await server.inject({ method: 'POST', url: '/v1/reports', payload })).statusCode, 401);
  });
});

describe('If-None-Match', () => {
  for (const [says, match, status] of [
    ['a weakened tag', (etag: string) => `W/${etag}`, 304],
    ['a list', (etag: string) => `"x", ${etag}`, 304],
    ['any', () => '*', 304],
    ['another tag', () => '"x"', 200],
  ] as const) {
    it(`${says}: ${status}`, async () => {
      await server.inject({ method: 'POST', url: '/v1/reports', headers: { authorization }, payload: report });
      const url = '/api/machines/pc1/getmissingkbs';
      const first = await server.inject({ url, headers: { authorization } });
      assert.match(
        first.body,
        /"@odata\.context":"https:\/\/kbgap\.example\/api\//,
        'one slash after the public address',
      );
      const headers = { authorization, 'if-none-match': match(String(first.headers.etag)) };
      assert.equal((await server.inject({ url, headers })).statusCode, status);
    });
  }
});

describe('another method is 405, saying which is right', () => {
  for (const [method, url, allow] of [
    ['OPTIONS', '/api/machines', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/', 'GET, HEAD'],
    ['GET', '/default/oauth2/token', 'POST'],
    ['GET', '/default/oauth2/v2.0/token', 'POST'],
  ] as const) {
    it(`${method} ${url}`, async () => {
      const answer = await server.inject({ method, url, headers: { authorization } });
      assert.deepEqual([answer.statusCode, answer.headers.allow], [405, allow]);
    });
  }
});

describe('what is no HTTP request', () => {
  for (const [says, bytes, status] of [
    ['no request line', 'GARBAGE\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const) {
    it(`${says}: ${status} in the shape of every error`, async () => {
      if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' });
      const address = server.server.address();
      assert.ok(address !== null && typeof address === 'object');
      const socket = connect(address.port, '127.0.0.1').setEncoding('utf8');
      let answer = '';
      socket.on('data', (text) => (answer += String(text)));
      socket.write(bytes);
      await once(socket, 'close');
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
      const { error } = JSON.parse(answer.slice(answer.indexOf('{'))) as { readonly error: object };
      assert.deepEqual(Object.keys(error), ['code', 'message', 'target']);
    });
  }
});

it('a day that no month has is refused', async () => {
  const url = `/api/machines?$filter=${encodeURIComponent('lastSeen gt 2018-02-31Z')}`;
  assert.equal((await server.inject({ url, headers: { authorization } })).statusCode, 400);
});

it('/metrics tells of devices by coverage, of patch states and of writes that wait', async () => {
  await application.warmUp();
  await application.settleCounts(application.getTenant('default'));
  const { body } = await server.inject('/metrics');
  const of = (name: string): readonly number[] =>
    [...body.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].map(([, value]) => Number(value));
  const [tenant] = application.listTenants();
  assert.equal(of('kbgap_devices').length, 3);
  assert.equal(
    of('kbgap_devices').reduce((sum, devices) => sum + devices, 0),
    tenant?.devices,
  );
  assert.equal(of('kbgap_patch_states').length, 1);
  assert.deepEqual(of('kbgap_patch_states_waiting'), [0]);
  assert.equal(of('kbgap_writes_queued').length, 1);
});

it('/metrics is closed to what a proxy forwarded', async () => {
  for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via', 'cf-connecting-ip'])
    assert.equal((await server.inject({ url: '/metrics', headers: { [name]: 'a' } })).statusCode, 404, name);
  assert.equal((await server.inject('/metrics')).statusCode, 200);
});

describe('the assessment as of a day', () => {
  const get = async (query: string) =>
    server.inject({ url: `/v1/devices/dated/assessment${query}`, headers: { authorization } });
  const dated = JSON.stringify({
    schema: 'kbgap-inventory/1',
    device: { name: 'dated' },
    os: { name: 'Windows 10 Enterprise', build: '10.0.18363.657', architecture: 'x64', installationType: 'Client' },
  });

  it('counts only what was released by then', async () => {
    const headers = { authorization, 'content-type': 'application/json' };
    await server.inject({ method: 'POST', url: '/v1/reports', headers, payload: dated });
    // Worked cases 1 and 2 of the verdict's specification.
    for (const [asOf, install] of [
      ['2020-02-29', []],
      ['2020-03-31', ['4551762']],
    ] as const) {
      const answer = (await get(`?ASOF=${asOf}`)).json<{
        asOf: string;
        install: string[];
        missing: { evidence: object }[];
      }>();
      assert.deepEqual([answer.asOf, answer.install], [asOf, install]);
      for (const { evidence } of answer.missing) assert.ok(evidence);
    }
    assert.equal((await get('')).json<{ asOf: null }>().asOf, null);
  });

  for (const query of ['?asOf=', '?asOf=2020-02-30', '?asOf=yesterday', '?asOf=2020-03-31&asof=2020-04-30']) {
    it(`refuses ${query}`, async () => {
      const answer = await get(query);
      assert.equal(answer.statusCode, 400);
      assert.match(answer.body, /expected one date/);
    });
  }
});
