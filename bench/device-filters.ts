import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kbgap, startServer } from '../test/support/server.ts';
import { median, report } from './harness.ts';
import { loadFleet, rareDevices, rarePlatform, rareTag } from './loaded-fleet.ts';
import { measureHttp } from './measure-http.ts';

// `/api/machines?$filter=…` over HTTP, filtered to results of equal size, with ten thousand devices and with a million. Run:
// `node bench/device-filters.ts`, or with another number of devices for a quick look.

const small = 10_000;
const large = Number(process.argv[2] ?? 1_000_000);
const states = 500;
const pairs = 11;
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
  readonly headers: Readonly<Record<string, string>>;
  readonly stop: () => Promise<unknown>;
}

const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-filters-'));

async function serveFleet(devices: number): Promise<Fleet> {
  const data = join(folder, String(devices));
  await loadFleet(data, { devices, states });
  const server = await startServer(['serve', '--data', data]);
  const token = (await kbgap(['token', '--data', data])).stdout.trim();
  return { url: server.url, headers: { authorization: `Bearer ${token}` }, stop: () => server.stop() };
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

const medianMs = async (fleet: Fleet, filter: string): Promise<number> =>
  (await measureHttp({ url: addressOf(fleet, filter), headers: fleet.headers, connections: 1, seconds })).medianMs;

const running: Fleet[] = [];
try {
  const few = await serveFleet(small);
  running.push(few);
  const many = await serveFleet(large);
  running.push(many);
  for (const [filter, rows] of filters) {
    for (const fleet of running) await check(fleet, filter, rows);
    const rounds: (readonly [few: number, many: number])[] = [];
    for (let pair = 0; pair < pairs; pair += 1)
      rounds.push([await medianMs(few, filter), await medianMs(many, filter)]);
    const ratio = median(rounds.map(([a, b]) => b / a));
    const [a, b] = [median(rounds.map(([first]) => first)), median(rounds.map(([, second]) => second))];
    report(
      `\`$filter=${filter}\`: ${rows} of ${large} devices, against ${rows} of ${small}`,
      `${ratio.toFixed(2)} times (${b.toFixed(2)} ms : ${a.toFixed(2)} ms)`,
      'at most 1.5 times',
      ratio <= 1.5,
    );
  }
} finally {
  for (const fleet of running) await fleet.stop();
  rmSync(folder, { recursive: true, force: true });
}
