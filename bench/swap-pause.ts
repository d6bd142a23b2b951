import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { runServer } from '../src/cli/run-server.ts';
import { CatalogueFolder } from '../src/operations/catalogue-folder.ts';
import { Corrections } from '../src/catalogue/corrections.ts';
import { sharedPath } from '../test/support/shared.ts';
import { report } from './harness.ts';
import { madeUpFleet } from './made-up-fleet.ts';

// The longest stretch of processor time on a server's thread while another process imports one revised month and the server
// takes the new catalogue over: between two of its turns nothing else is answered. Run: `node bench/swap-pause.ts [SWAPS]`.

const swaps = Number(process.argv[2] ?? 6);
const month = '2026-Jun';
const highestMs = 50;
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-swap-'));
const data = join(folder, 'data');
const program = resolve('bin/kbgap.js');

/** Follows the turns of this thread: the processor time of each (milliseconds) that took over one. */
class Stretches {
  longest: number[] = [];
  #last = cpuMs();
  #isOn = true;

  constructor() {
    const turn = (): void => {
      const now = cpuMs();
      if (now - this.#last > 1) this.longest.push(now - this.#last);
      this.#last = cpuMs();
      if (this.#isOn) setImmediate(turn);
    };
    setImmediate(turn);
  }

  stop(): void {
    this.#isOn = false;
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

try {
  spawnSync(process.execPath, [program, 'catalog', 'import', sharedPath('cvrf'), '--data', data, '--quiet']);
  const fleet = join(folder, 'fleet.ndjson');
  writeFileSync(fleet, [...madeUpFleet({ devices: 3000, states: 400 })].join('\n'));
  spawnSync(process.execPath, [program, 'device', 'import', fleet, '--data', data, '--quiet']);
  const server = await runServer({ dataFolder: data, host: '127.0.0.1', port: 0, logLevel: 'silent' });
  const published = gunzipSync(readFileSync(sharedPath('cvrf', `${month}.xml.gz`))).toString();
  const longest: number[] = [];
  for (let swap = 0; swap < swaps; swap += 1) {
    const file = join(folder, `${swap}.xml.gz`);
    const day = String(7 + swap).padStart(2, '0');
    writeFileSync(file, gzipSync(published.replace(/(CurrentReleaseDate>)[^<]*/, `$12026-07-${day}T07:00:00`)));
    const stretches = new Stretches();
    const child = spawn(process.execPath, [program, 'catalog', 'import', file, '--data', data, '--quiet']);
    await once(child, 'exit');
    const id = new CatalogueFolder(data, new Corrections([])).currentId();
    while (server.application.getCatalogueState(new Date()).catalogueId !== id) await wait(50);
    await wait(500);
    stretches.stop();
    const sorted = stretches.longest.sort((a, b) => b - a);
    longest.push(sorted[0] ?? 0);
    process.stderr.write(
      `swap ${swap + 1}: ${sorted
        .slice(0, 8)
        .map((ms) => ms.toFixed(0))
        .join(' ')} ms\n`,
    );
  }
  await server.stop();
  const [highest = 0] = longest.sort((a, b) => b - a);
  report(
    'a server takes a new catalogue over: longest stretch on its thread, processor time',
    `${highest.toFixed(0)} ms over ${swaps} swaps (${longest.map((ms) => ms.toFixed(0)).join(', ')})`,
    `at most ${highestMs} ms`,
    highest <= highestMs,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
