import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kbgap, startServer } from '../test/support/server.ts';
import { madeUpFleet } from './made-up-fleet.ts';
import { median, report } from './harness.ts';
import { measureHttp } from './measure-http.ts';

// `POST /v1/reports`, one device a request, each answered once it is on disk: 32 clients, every report another device; then the
// same devices again, unchanged. Run: `node bench/single-reports.ts`.

const lowestRate = 3000;
const lowestShare = 0.4;
const rounds = 3;
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-single-'));

/** Made before the clock runs: the sender must not be what is measured. */
function bodies(devices: number, from: number): readonly Buffer[] {
  return Array.from(madeUpFleet({ devices, from }), (line) => Buffer.from(line));
}

function* each(from: readonly Buffer[]): Generator<Buffer, undefined> {
  yield* from;
  return undefined;
}

/** Rows a second, 32 of them a transaction: what the same bytes cost where nothing else is done. */
function bareCommits(fleet: readonly Buffer[]): number {
  const lines = join(folder, 'fleet.ndjson');
  writeFileSync(lines, `${fleet.join('\n')}\n`);
  const baseline = fileURLToPath(new URL('./insert-baseline.js', import.meta.url));
  const said = execFileSync(process.execPath, [baseline, lines, join(folder, 'bare.sqlite'), '32'], {
    encoding: 'utf8',
  });
  const { ms, rows } = JSON.parse(said) as { readonly ms: number; readonly rows: number };
  return (rows * 1000) / ms;
}

const server = await startServer(['serve', '--data', folder]);
try {
  const token = (await kbgap(['token', '--data', folder])).stdout.trim();
  const load = {
    url: `${server.url}/v1/reports`,
    headers: { authorization: `Bearer ${token}` },
    connections: 32,
    seconds: 60,
  };
  // All 5,000 states are judged once, and the program is warm.
  await measureHttp({ ...load, bodies: each(bodies(5000, 0)) });
  const rates: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const fleet = bodies(10_000, 5000 + round * 10_000);
    rates.push((await measureHttp({ ...load, bodies: each(fleet) })).requestsPerSecond);
    again.push((await measureHttp({ ...load, bodies: each(fleet) })).requestsPerSecond);
  }
  const bare = bareCommits(bodies(10_000, 5000));
  report(
    'the same, against bare commits of as many rows as clients wait at once',
    `${(median(rates) / bare).toFixed(2)} times, ${median(rates).toFixed(0)} against ${bare.toFixed(0)} a second`,
    `at least ${lowestShare} times`,
    median(rates) >= lowestShare * bare,
  );
  report(
    'POST /v1/reports with 32 clients, each on disk before its answer',
    `${median(rates).toFixed(0)} a second; the same again ${median(again).toFixed(0)}`,
    `at least ${lowestRate}`,
    median(rates) >= lowestRate,
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
