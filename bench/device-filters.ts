import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kbgap, startServer } from '../test/support/server.ts';
import { report } from './harness.ts';
import { loadFleet, rareDevices, rarePlatform, rareTag } from './loaded-fleet.ts';
import { measureHttp } from './measure-http.ts';

// `/api/machines?$filter=…` over HTTP, filtered to results of equal size, with ten thousand devices and with a million: the server's
// processor time for an answer, which other programs disturb less than wall time. Linux only. Run: `node bench/device-filters.ts`, or with
// another number of devices for a quick look.

const small = 10_000;
const large = Number(process.argv[2] ?? 1_000_000);
const states = 500;
const rounds = 11;
const seconds = 0.4;

const filters: readonly (readonly [filter: string, rows: number])[] = [
  ["computerDnsName eq 'PC0005000.corp.example'", 1],
  ["startswith(computerDnsName,'pc00050')", rareDevices],
  ["lastIpAddress eq '10.0.19.136'", 1],
  [`machineTags/any(t: t eq '${rareTag}')`, rareDevices],
  [`machineTags eq '${rareTag}'`, rareDevices],
  [`osPlatform eq '${rarePlatform}'`, rareDevices],
  [`osPlatform eq '${rarePlatform}' and machineTags eq '${rareTag}' and healthStatus eq 'Inactive'`, rareDevices],
];

interface Fleet {
  readonly url: string;
  readonly pid: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly stop: () => Promise<unknown>;
}

const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-filters-'));

async function serveFleet(devices: number): Promise<Fleet> {
  const data = join(folder, String(devices));
  await loadFleet(data, { devices, states });
  const server = await startServer(['serve', '--data', data]);
  const token = (await kbgap(['token', '--data', data])).stdout.trim();
  return {
    url: server.url,
    pid: server.child.pid,
    headers: { authorization: `Bearer ${token}` },
    stop: () => server.stop(),
  };
}

const addressOf = ({ url }: Fleet, filter: string): string =>
  `${url}/api/machines?$filter=${encodeURIComponent(filter)}`;

/** @throws {Error} where the rows are not as many as the fleet was made with: a figure of an empty list says nothing. */
async function check(fleet: Fleet, filter: string, rows: number): Promise<void> {
  const answer = await fetch(addressOf(fleet, filter), { headers: fleet.headers });
  const { value } = (await answer.json()) as { readonly value?: readonly unknown[] };
  if (value?.length !== rows)
    throw new Error(`${filter}: expected ${rows} rows, got ${value?.length ?? answer.status}`);
}

/** Milliseconds of user and system time since the process began; the kernel counts in hundredths of a second (proc(5)). */
function processorMs({ pid }: Fleet): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Asked {
  readonly requests: number;
  readonly processorMs: number;
}

async function ask(fleet: Fleet, filter: string): Promise<Asked> {
  const before = processorMs(fleet);
  const { requests } = await measureHttp({
    url: addressOf(fleet, filter),
    headers: fleet.headers,
    connections: 1,
    seconds,
  });
  return { requests, processorMs: processorMs(fleet) - before };
}

/** Of all rounds: one is as long as some fifty steps of the clock. */
function msPerRequest(asked: readonly Asked[]): number {
  const sum = (of: (each: Asked) => number): number => asked.reduce((all, each) => all + of(each), 0);
  return sum((each) => each.processorMs) / sum((each) => each.requests);
}

const running: Fleet[] = [];
try {
  const few = await serveFleet(small);
  running.push(few);
  const many = await serveFleet(large);
  running.push(many);
  for (const [filter, rows] of filters) {
    for (const fleet of running) await check(fleet, filter, rows);
    const askedFew: Asked[] = [];
    const askedMany: Asked[] = [];
    for (let round = 0; round < rounds; round += 1) {
      askedFew.push(await ask(few, filter));
      askedMany.push(await ask(many, filter));
    }
    const [a, b] = [msPerRequest(askedFew), msPerRequest(askedMany)];
    report(
      `\`$filter=${filter}\`: ${rows} of ${large} devices, against ${rows} of ${small}`,
      `${(b / a).toFixed(2)} times (${b.toFixed(2)} ms : ${a.toFixed(2)} ms)`,
      'at most 1.5 times',
      b / a <= 1.5,
    );
  }
} finally {
  for (const fleet of running) await fleet.stop();
  rmSync(folder, { recursive: true, force: true });
}
