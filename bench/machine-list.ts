import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kbgap, startServer } from '../test/support/server.ts';
import { fillFleet } from './small-fleet.ts';
import { pairedRatio, report } from './harness.ts';

// `/api/machines?$top=10000` with a bearer token against a bare node:http server that writes the same rows with JSON.stringify
// for each request. Run: `npm run bench`, or `node bench/machine-list.ts`.

const lowestShare = 1 / 3;
const devices = 10_000;
const requests = 10;
const path = '/api/machines?$top=10000';
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-list-'));
const stops: (() => unknown)[] = [];

async function serveBare(body: string): Promise<string> {
  const file = join(folder, 'rows.json');
  writeFileSync(file, body);
  const program = fileURLToPath(new URL('./stringify-baseline.js', import.meta.url));
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  stops.push(() => child.kill('SIGTERM'));
  const line = await new Promise<string>((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
  return (JSON.parse(line) as { readonly url: string }).url;
}

/** Reads an answer of megabytes without keeping it. */
function drain(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => answer.resume().once('end', resolve).once('error', reject)).once('error', reject);
  });
}

try {
  const data = join(folder, 'data');
  await fillFleet(data, devices);
  const server = await startServer(['serve', '--data', data]);
  stops.push(() => server.stop());
  const headers = { authorization: `Bearer ${(await kbgap(['token', '--data', data])).stdout.trim()}` };
  const body = await (await fetch(server.url + path, { headers })).text();
  const bare = await serveBare(body);
  const rate = async (url: string, sent: Readonly<Record<string, string>>): Promise<number> => {
    const start = performance.now();
    for (let asked = 0; asked < requests; asked += 1) await drain(url + path, sent);
    return (requests * 1000) / (performance.now() - start);
  };
  await rate(server.url, headers);
  const { a, b, ratio } = await pairedRatio(
    5,
    () => rate(server.url, headers),
    () => rate(bare, {}),
  );
  const count = (JSON.parse(body) as { readonly value: readonly unknown[] }).value.length;
  report(
    `\`/api/machines?$top=10000\`, ${count} rows of ${Math.round(body.length / count)} bytes`,
    `${ratio.toFixed(2)} (${a.toFixed(1)} : ${b.toFixed(1)} a second)`,
    `at least ${lowestShare.toFixed(2)} of bare JSON.stringify and send`,
    ratio >= lowestShare,
  );
} finally {
  for (const stop of stops.toReversed()) await stop();
  rmSync(folder, { recursive: true, force: true });
}
