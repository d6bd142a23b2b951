import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { kbgap, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const report = JSON.stringify({
  schema: 'kbgap-inventory/1',
  device: { name: 'pc' },
  os: { name: 'Microsoft Windows 10 Pro', build: '10.0.19045.3803', architecture: 'x64' },
});
const largest = 16 * 1024 * 1024;

describe('many reports at once', () => {
  let server: ServerProcess;
  let token = '';
  const data = temporaryFolder({ after });
  before(async () => {
    server = await startServer(['serve', '--data', data]);
    token = (await kbgap(['token', '--data', data])).stdout.trim();
  });
  after(() => server.stop());

  const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      body: body as string,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });

  /** Says how long its body is, and sends none of it. */
  const open = async (path: string): Promise<Socket> => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${largest}\r\n\r\n`,
    );
    return socket;
  };

  it('refuses bodies beyond 256 MiB in all before they are sent, until others are over', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 16 }, (_, n) => open(n % 2 === 0 ? '/v1/reports' : '/vuls')),
    );
    const statusNow = async (): Promise<number> => (await post('/v1/reports', report)).status;
    const until = async (wanted: number): Promise<void> => {
      for (let n = 0; n < 200 && (await statusNow()) !== wanted; n += 1) await wait(20);
    };
    await until(429);
    for (const path of ['/v1/reports', '/vuls']) {
      const refused = await post(path, report);
      assert.equal(refused.status, 429);
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
      assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'TooManyRequests');
    }
    for (const socket of sockets) socket.destroy();
    await until(200);
    assert.equal(await statusNow(), 200);
  });

  /** Sends a body without saying how long it is. */
  const chunked = (path: string, pieces: readonly string[]): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      body: ReadableStream.from(pieces.map((piece) => Buffer.from(piece))),
      duplex: 'half',
      headers: { authorization: `Bearer ${token}` },
    } as RequestInit);

  it('counts bodies of unknown length by what came of them', async () => {
    const { hostname, port } = new URL(server.url);
    const sockets = Array.from({ length: 60 }, () => connect(Number(port), hostname));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write(
        `POST /v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"sch\r\n`,
      );
    }
    await wait(100);
    for (let n = 0; n < 5; n += 1) assert.equal((await post('/v1/reports', report)).status, 200);
    assert.equal((await chunked('/v1/reports', [report.slice(0, 20), report.slice(20)])).status, 200);
    for (const socket of sockets) socket.destroy();
  });

  for (const [path, status] of [
    ['/v1/reports', 413],
    ['/nothing/is/here', 404],
    ['/api/v1/reports', 404],
    ['/contoso/oauth2/v2.0/token', 413],
  ] as const)
    it(`${path}: ${status} for a body larger than what is taken there`, async () => {
      const megabytes = path === '/v1/reports' ? 17 : 1;
      const answer = await chunked(
        path,
        Array.from({ length: megabytes }, () => ' '.repeat(1024 * 1024)),
      );
      assert.equal(answer.status, status);
      assert.equal(typeof ((await answer.json()) as { error: unknown }).error !== 'undefined', true);
    });

  it('answers every one of many that unpack to the most that is allowed', async () => {
    const padded = gzipSync(report + ' '.repeat(largest - report.length));
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => post('/v1/reports', padded, { 'content-encoding': 'gzip' })),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  });
});
