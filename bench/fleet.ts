import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kbgap, startServer } from '../test/support/server.ts';
import { median, note } from './harness.ts';
import { importFleet } from './import-fleet.ts';
import { madeUpFleet } from './made-up-fleet.ts';
import { measureHttp } from './measure-http.ts';

// A made-up fleet through a running server, and what it then costs to ask it. One line of a table for each size; the same fleet
// for the same seed. Run: `npm run bench:fleet -- --devices 1000000 [--states 5000] [--seed 7] [--database URL]`.

const { values: options } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000,10000,100000' },
    states: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '7' },
    database: { type: 'string' },
  },
});
const states = Number(options.states);
const seed = Number(options.seed);
const environment: Readonly<Record<string, string>> =
  options.database === undefined ? {} : { KBGAP_DATABASE_URL: options.database };

/** Until memory is looked at after the load. */
const restMs = 20_000;

const columns = [
  'devices',
  'import/s',
  'judged, s',
  'start, s',
  'resident at rest, MB',
  'peak, MB',
  'bytes/device',
  'getmissingkbs p50, ms',
  'p99, ms',
  'p50 while 1,000 reports/s, ms',
  'exposure, ms',
  'whole tenant, s',
  'its peak, MB',
] as const;

type Row = Readonly<Record<(typeof columns)[number], number>>;

async function measure(devices: number): Promise<Row> {
  const data = mkdtempSync(join(tmpdir(), 'kbgap-fleet-'));
  try {
    const first = await startServer(['serve', '--data', data], environment);
    const token = (await kbgap(['token', '--data', data], '', environment)).stdout.trim();
    const headers = { authorization: `Bearer ${token}` };
    const importSeconds = await timed(() => importFleet(first.url, headers, { devices, states, seed }));
    const judgedSeconds = await timed(() => read(`${first.url}/v1/exposure`, headers));
    const exposureMs = median(await repeated(9, () => timed(() => read(`${first.url}/v1/exposure`, headers)))) * 1000;
    const asked = `${first.url}/api/machines/pc0000000.corp.example/getmissingkbs`;
    const url = (await read(asked, headers)) === 200 ? asked : asked.replace('pc0', 'srv0');
    const quiet = await measureHttp({ url, headers, connections: 1, seconds: 3 });
    const stopWriting = writeOn(first.url, headers, devices);
    const busy = await measureHttp({ url, headers, connections: 1, seconds: 3 });
    await stopWriting();
    // What the work left behind is collected when nothing is asked for; the peak stays what it was.
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const memory = memoryOf(first.child.pid);
    await first.stop();

    let second: Awaited<ReturnType<typeof startServer>> | undefined;
    const startSeconds = await timed(async () => {
      second = await startServer(['serve', '--data', data], environment);
      await read(`${second.url}/readyz`, {});
    });
    const before = memoryOf(second?.child.pid);
    const tenantSeconds = await timed(() => read(`${second?.url}/v1/missing-kbs`, headers));
    const after = memoryOf(second?.child.pid);
    await second?.stop();
    const mega = (bytes: number): number => Math.round(bytes / 1e6);
    return {
      devices,
      'import/s': Math.round(devices / importSeconds),
      'judged, s': round(judgedSeconds),
      'start, s': round(startSeconds),
      'resident at rest, MB': mega(memory.resident),
      'peak, MB': mega(memory.peak),
      'bytes/device': options.database === undefined ? Math.round(sizeOf(data) / devices) : Number.NaN,
      'getmissingkbs p50, ms': round(quiet.medianMs),
      'p99, ms': round(quiet.slowestHundredthMs),
      'p50 while 1,000 reports/s, ms': round(busy.medianMs),
      'exposure, ms': round(exposureMs),
      'whole tenant, s': round(tenantSeconds),
      'its peak, MB': mega(Math.max(after.peak, before.peak)),
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Sends known devices' reports, a thousand a second, until it is told to stop. */
function writeOn(url: string, headers: Readonly<Record<string, string>>, devices: number): () => Promise<void> {
  let isDone = false;
  const writing = (async () => {
    for (let from = 0; !isDone; from = (from + 100) % devices) {
      const tick = performance.now();
      const lines = [...madeUpFleet({ devices: Math.min(100, devices), states, seed: seed + 1, from })].join('\n');
      await (await fetch(`${url}/v1/reports/bulk`, { method: 'POST', headers, body: lines })).arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 100 - (performance.now() - tick))));
    }
  })();
  return () => ((isDone = true), writing);
}

/** The status; the body is read and not kept. */
function read(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) =>
      answer
        .resume()
        .once('end', () => resolve(answer.statusCode ?? 0))
        .once('error', reject),
    ).once('error', reject);
  });
}

/** Seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function repeated(times: number, work: () => Promise<number>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let done = 0; done < times; done += 1) found.push(await work());
  return found;
}

/** Bytes, as Linux tells them. */
function memoryOf(pid: number | undefined): { readonly resident: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
  return { resident: of('VmRSS'), peak: of('VmHWM') };
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.startsWith('kbgap.sqlite'));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

note(`seed ${seed}, ${states} states, ${options.database === undefined ? 'SQLite' : 'PostgreSQL'}`);
process.stdout.write(`| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|\n`);
for (const text of options.devices.split(',')) {
  const row = await measure(Number(text));
  process.stdout.write(`| ${columns.map((name) => row[name]).join(' | ')} |\n`);
}
