import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kbgap, startServer } from '../test/support/server.ts';
import { fillFleet } from './small-fleet.ts';
import { pairedRatio, report } from './harness.ts';
import { measureHttp } from './measure-http.ts';

// `getmissingkbs` with a bearer token: against a bare node:http server that sends the same bytes, and at 100,000 devices
// against 1,000. Run: `npm run bench`, or `node bench/missing-kbs.ts`.

const lowestShare = 0.5;
const highestGrowth = 1.25;
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-http-'));
const path = '/api/machines/asked/getmissingkbs';

interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly stop: () => Promise<unknown>;
}

async function serveFleet(devices: number): Promise<Target> {
  const data = join(folder, String(devices));
  await fillFleet(data, devices);
  const server = await startServer(['serve', '--data', data]);
  const token = (await kbgap(['token', '--data', data])).stdout.trim();
  return { url: `${server.url}${path}`, headers: { authorization: `Bearer ${token}` }, stop: () => server.stop() };
}

async function serveBare(body: Uint8Array): Promise<Target> {
  const file = join(folder, 'body.json');
  writeFileSync(file, body);
  const child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(new URL('./http-baseline.js', import.meta.url)), file],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const line = await new Promise<string>((resolve) => child.stdout?.setEncoding('utf8').once('data', resolve));
  const { url } = JSON.parse(line) as { readonly url: string };
  return { url: `${url}${path}`, headers: {}, stop: async () => child.kill('SIGTERM') };
}

const rate = async ({ url, headers }: Target): Promise<number> =>
  (await measureHttp({ url, headers, connections: 16, seconds: 2 })).requestsPerSecond;
const median = async ({ url, headers }: Target): Promise<number> =>
  (await measureHttp({ url, headers, connections: 1, seconds: 2 })).medianMs;

const running: Target[] = [];
try {
  const small = await serveFleet(1000);
  running.push(small);
  const answer = await fetch(small.url, { headers: small.headers });
  const bare = await serveBare(Buffer.from(await answer.arrayBuffer()));
  running.push(bare);
  await rate(small);
  await rate(bare);
  const share = await pairedRatio(
    5,
    () => rate(small),
    () => rate(bare),
  );
  report(
    'getmissingkbs with a token: requests a second, against bare node:http',
    `${share.ratio.toFixed(2)} times, ${share.a.toFixed(0)} against ${share.b.toFixed(0)} a second`,
    `at least ${lowestShare} times`,
    share.ratio >= lowestShare,
  );
  const large = await serveFleet(100_000);
  running.push(large);
  await median(large);
  const growth = await pairedRatio(
    5,
    () => median(large),
    () => median(small),
  );
  report(
    'getmissingkbs: median at 100,000 devices, against 1,000',
    `${growth.ratio.toFixed(2)} times, ${growth.a.toFixed(3)} against ${growth.b.toFixed(3)} ms`,
    `at most ${highestGrowth} times`,
    growth.ratio <= highestGrowth,
  );
} finally {
  await Promise.all(running.map(({ stop }) => stop()));
  rmSync(folder, { recursive: true, force: true });
}
