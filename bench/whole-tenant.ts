import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kbgap, startServer } from '../test/support/server.ts';
import { megabytes, report } from './harness.ts';
import { loadFleet } from './loaded-fleet.ts';

// `/v1/missing-kbs`: peak resident memory of the server while it sends all of a fleet, against a fleet of a tenth with as many
// patch states. Linux only. Run: `node bench/whole-tenant.ts`, or with another number of devices.

const large = Number(process.argv[2] ?? 100_000);
const small = large / 10;
const states = 500;
const highestGrowth = 1.5;
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-whole-'));

interface Sent {
  readonly peak: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** The first list is to judge the states and to warm up; the peak is that of the second. */
async function send(devices: number, query: string): Promise<Sent> {
  const data = join(folder, `${devices}`);
  const server = await startServer(['serve', '--data', data]);
  try {
    const headers = { authorization: `Bearer ${(await kbgap(['token', '--data', data])).stdout.trim()}` };
    const url = `${server.url}/v1/missing-kbs${query}`;
    await drain(url, headers);
    // Writing 5 there sets the high-water mark back to what is resident now (proc(5)).
    writeFileSync(`/proc/${server.child.pid}/clear_refs`, '5');
    const start = performance.now();
    const bytes = await drain(url, headers);
    const seconds = (performance.now() - start) / 1000;
    const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
    return { peak: Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) * 1024, bytes, seconds };
  } finally {
    await server.stop();
  }
}

/** Bytes of the answer, which is read and not kept. @throws {Error} where it is no 200. */
function drain(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url}: expected 200, got ${answer.statusCode}`));
      let bytes = 0;
      answer.on('data', (piece: Buffer) => (bytes += piece.length)).once('end', () => resolve(bytes));
    }).once('error', reject);
  });
}

try {
  for (const devices of [small, large]) await loadFleet(join(folder, `${devices}`), { devices, states });
  for (const [form, query] of [
    ['NDJSON', ''],
    ['CSV', '?format=csv'],
  ] as const) {
    const [few, many] = [await send(small, query), await send(large, query)];
    const growth = many.peak / few.peak;
    report(
      `\`/v1/missing-kbs\` of ${large} devices as ${form} (${megabytes(many.bytes)} in ${many.seconds.toFixed(1)} s), peak memory of the server`,
      `${growth.toFixed(2)} (${megabytes(many.peak)} : ${megabytes(few.peak)})`,
      `at most ${highestGrowth} of ${small} devices`,
      growth <= highestGrowth,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
