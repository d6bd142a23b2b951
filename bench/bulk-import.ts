import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { kbgap, startServer } from '../test/support/server.ts';
import { megabytes, note, pairedRatio, report } from './harness.ts';
import { madeUpFleet } from './made-up-fleet.ts';

// `POST /v1/reports/bulk` of different native reports, gzip, on SQLite, against bare inserts of the same bytes; the same
// again (nothing changed); and the memory it takes. Run: `node bench/bulk-import.ts [DEVICES]`.

const devices = Number(process.argv[2] ?? 100_000);
const lowestShare = 0.2;
const pairs = devices > 200_000 ? 1 : 3;
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-bulk-'));
const plain = join(folder, 'fleet.ndjson');
const packed = join(folder, 'fleet.ndjson.gz');
const baseline = fileURLToPath(new URL('./insert-baseline.js', import.meta.url));

function writeFleet(): void {
  const parts: Buffer[] = [];
  let lines: string[] = [];
  for (const line of madeUpFleet({ devices })) {
    lines.push(line);
    if (lines.length < 10_000) continue;
    parts.push(Buffer.from(`${lines.join('\n')}\n`));
    lines = [];
  }
  if (lines.length > 0) parts.push(Buffer.from(`${lines.join('\n')}\n`));
  for (const [index, part] of parts.entries()) {
    writeFileSync(plain, part, { flag: index === 0 ? 'w' : 'a' });
    writeFileSync(packed, gzipSync(part, { level: 3 }), { flag: index === 0 ? 'w' : 'a' });
  }
}

const again: number[] = [];
let peak = 0;

/** Devices a second into a new data folder; and once more into the same one. */
async function importFleet(): Promise<number> {
  const data = mkdtempSync(join(folder, 'data-'));
  const server = await startServer(['serve', '--data', data]);
  try {
    const token = (await kbgap(['token', '--data', data])).stdout.trim();
    const first = await send(server.url, token);
    again.push(await send(server.url, token));
    const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
    peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    return first;
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

async function send(url: string, token: string): Promise<number> {
  const start = performance.now();
  const answer = await fetch(`${url}/v1/reports/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-encoding': 'gzip' },
    body: Readable.toWeb(createReadStream(packed)) as ReadableStream,
    duplex: 'half',
  });
  const { accepted } = (await answer.json()) as { readonly accepted?: number };
  if (accepted !== devices) throw new Error(`expected ${devices} accepted, got ${accepted}`);
  return (devices * 1000) / (performance.now() - start);
}

function bareInserts(): Promise<number> {
  const said = execFileSync(process.execPath, [baseline, plain, join(folder, 'bare.sqlite')], { encoding: 'utf8' });
  const { ms, rows } = JSON.parse(said) as { readonly ms: number; readonly rows: number };
  return Promise.resolve((rows * 1000) / ms);
}

try {
  writeFleet();
  note(`fleet: ${devices} devices, ${megabytes(readFileSync(plain).length)} plain`);
  const share = await pairedRatio(pairs, importFleet, bareInserts);
  report(
    `bulk import of ${devices} reports, against bare inserts of the same bytes`,
    `${share.ratio.toFixed(2)} times, ${share.a.toFixed(0)} against ${share.b.toFixed(0)} a second`,
    `at least ${lowestShare} times`,
    share.ratio >= lowestShare,
  );
  note(`the same again: ${again.map((rate) => rate.toFixed(0)).join(', ')} a second; peak memory ${megabytes(peak)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
