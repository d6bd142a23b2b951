import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { kbgap, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function line(name: string | null, build = '10.0.19045.3803'): string {
  return JSON.stringify({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Microsoft Windows 10 Pro', build, architecture: 'x64', installationType: 'Client' },
  });
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly accepted?: number;
    readonly rejected?: readonly { readonly line: number; readonly code: string; readonly message: string }[];
    readonly error?: { readonly code: string; readonly message: string };
  };
}

describe('POST /v1/reports/bulk', () => {
  let server: ServerProcess;
  let token = '';
  const data = temporaryFolder({ after });
  before(async () => {
    server = await startServer(['serve', '--data', data]);
    token = (await kbgap(['token', '--data', data])).stdout.trim();
  });
  after(() => server.stop());

  const send = async (body: string | Uint8Array, encoding?: string): Promise<Answer> => {
    const answer = await fetch(`${server.url}/v1/reports/bulk`, {
      method: 'POST',
      body: body as string,
      headers: {
        authorization: `Bearer ${token}`,
        ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      },
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };
  const deviceCount = async (): Promise<number> => {
    const answer = await fetch(`${server.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { devices: { total: number } }).devices.total;
  };

  const many = Array.from({ length: 1200 }, (_, n) => line(`bulk${n}`)).join('\n');
  const bodies: readonly [says: string, body: string | Uint8Array, encoding: string | undefined][] = [
    ['plain', many, undefined],
    ['gzip', gzipSync(many), 'gzip'],
    ['zstd', zstdCompressSync(many), 'zstd'],
    ['CR LF and empty lines', `\ufeff${many.replaceAll('\n', '\r\n\r\n')}\r\n`, undefined],
  ];
  for (const [says, body, encoding] of bodies) {
    it(`takes a body, ${says}; the same again changes nothing`, async () => {
      assert.deepEqual(await send(body, encoding), { status: 200, body: { accepted: 1200, rejected: [] } });
      assert.equal(await deviceCount(), 1200);
    });
  }

  for (const [encoding, packed] of [
    ['gzip', gzipSync(Buffer.concat([Buffer.from(`${line('bulk0')}\n`), Buffer.alloc(64 * 1024 * 1024, '\n')]))],
    [
      'zstd',
      zstdCompressSync(Buffer.concat([Buffer.from(`${line('bulk0')}\n`), Buffer.alloc(64 * 1024 * 1024, '\n')])),
    ],
  ] as const) {
    it(`ends a body of newlines that unpacks to far more than was sent, ${encoding}`, async () => {
      const { status, body } = await send(packed, encoding);
      assert.equal(status, 413);
      assert.match(body.error?.message ?? '', /at most 800 times its size after decompression; 1 reports before it/);
    });
  }

  it('a bad line costs that line', async () => {
    const lines = [
      line('good1'),
      'not JSON',
      '{"os":{}}',
      '',
      line(null),
      JSON.stringify({ device: { id: 'xyz' }, os: { build: '10.0.19045' } }),
      '{"__proto__":{"os":{"name":"x"}}}',
      `{"os":{"name":"${'x'.repeat(17 * 1024 * 1024)}"}}`,
      line('good2'),
    ];
    const { status, body } = await send(lines.join('\n'));
    assert.equal(status, 200);
    assert.equal(body.accepted, 2);
    assert.deepEqual(
      body.rejected?.map(({ line: number, code }) => [number, code]),
      [
        [2, 'InvalidRequestBody'],
        [3, 'InvalidRequestBody'],
        [5, 'MissingRequiredParameter'],
        [6, 'InvalidRequestBody'],
        [7, 'InvalidRequestBody'],
        [8, 'RequestEntityTooLarge'],
      ],
    );
    for (const { message } of body.rejected ?? []) assert.match(message, /expected/);
  });

  it('a line of brackets costs that line, and no seconds', async () => {
    const deep = '['.repeat(8_000_000);
    const { status, body } = await send([deep, line('bulk0'), `{"device":${deep.slice(0, 100_000)}`].join('\n'));
    assert.deepEqual([status, body.accepted], [200, 1]);
    assert.deepEqual(
      body.rejected?.map(({ line: number, code, message }) => [number, code, /nested deeper than 1000/.test(message)]),
      [
        [1, 'InvalidRequestBody', true],
        [3, 'InvalidRequestBody', true],
      ],
    );
  });

  it('of two lines about one device the later stands', async () => {
    await send([line('twice', '10.0.19045.3803'), line('twice', '10.0.19045.3930')].join('\n'));
    const answer = await fetch(`${server.url}/v1/devices/twice/assessment`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(((await answer.json()) as { os: { build: string } }).os.build, '10.0.19045.3930');
  });

  it('a broken body keeps what came before, and says how much', async () => {
    const whole = gzipSync(Array.from({ length: 20_000 }, (_, n) => line(`cut${n}`)).join('\n'));
    const { status, body } = await send(whole.subarray(0, whole.length - 2000), 'gzip');
    assert.equal(status, 400);
    assert.match(body.error?.message ?? '', /whole gzip data; \d+ reports before it were accepted/);
    const accepted = Number(/(\d+) reports/.exec(body.error?.message ?? '')?.[1]);
    assert.ok(accepted > 0, 'some came before the end');
    assert.equal(await deviceCount(), 1200 + 3 + accepted);
  });

  it('refuses an unknown encoding and an empty body', async () => {
    assert.equal((await send('x', 'compress')).status, 415);
    assert.deepEqual(await send(''), await send(''));
  });

  it('a client that goes away in the middle leaves a server that answers', async () => {
    const { hostname, port } = new URL(server.url);
    await new Promise<void>((resolve) => {
      const request = httpRequest({
        hostname,
        port,
        path: '/v1/reports/bulk',
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      request.on('error', () => resolve());
      request.write(`${line('gone')}\n`);
      setTimeout(() => request.destroy(), 100);
    });
    assert.equal((await send(line('after'))).body.accepted, 1);
  });
});
