import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { zstdDecompressSync } from 'node:zlib';
import { runInNewContext } from 'node:vm';
import { assess } from '../src/assessment/assess.ts';
import { publishedWindows } from '../src/assessment/identify-os.ts';
import { cumulativeLine } from '../src/assessment/lines/cumulative-line.ts';
import { Catalogue } from '../src/catalogue/catalogue.ts';
import { loadCorrections } from '../src/catalogue/corrections.ts';
import { isRollupEra } from '../src/catalogue/windows-version.ts';
import { derivePatchState } from '../src/inventory/patch-state.ts';
import type { PatchState } from '../src/inventory/patch-state.ts';
import { readNative } from '../src/inventory/readers/native/read.ts';
import { median, megabytes, report } from './harness.ts';

// Full verdicts on 5,000 distinct patch states of 20 branches, levels spread evenly over each branch's last 24 months, against
// a bare scan over the same candidate rows; memory and load time of the catalogue. Run: `node bench/assess-states.ts`.

const stateCount = 5000;
const lowestRate = 5000;
const file = new URL('../src/catalogue/starter/starter.kbcat', import.meta.url);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function used(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const before = used();
const loads = Array.from({ length: 9 }, () => ({
  plain: timed(() => zstdDecompressSync(readFileSync(file).subarray(zstdStart(readFileSync(file))))),
  load: timed(() => Catalogue.fromBytes(readFileSync(file), loadCorrections())),
}));
const catalogue = Catalogue.fromBytes(readFileSync(file), loadCorrections());

interface Seeded {
  readonly state: PatchState;
  readonly product: number;
}

/** A generator of its own: the same states in every run. */
function seededStates(): readonly Seeded[] {
  let seed = 20_260_609;
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff;
  const windows = publishedWindows(catalogue)
    .filter(({ windows: { version, architecture, core } }) => !isRollupEra(version) && architecture === 'x64' && !core)
    .filter(({ product, windows: each }) => cumulativeLine(catalogue, product, each).packages.length > 24)
    .slice(-20);
  return Array.from({ length: stateCount }, (_, index) => {
    const chosen = windows[index % windows.length];
    if (chosen === undefined) throw new Error('the catalogue has no Windows');
    const { version, side } = chosen.windows;
    const known = cumulativeLine(catalogue, chosen.product, chosen.windows).packages.filter(
      ({ ubr }) => ubr !== undefined,
    );
    const level = known.at(-1 - Math.floor(random() * 24));
    const inventory = readNative({
      schema: 'kbgap-inventory/1',
      device: { name: `host-${index}` },
      os: {
        build: `10.0.${version.build}.${(level?.ubr ?? 1) + 1}`,
        architecture: 'x64',
        installationType: side === 'client' ? 'Client' : 'Server',
      },
      updates: [{ kb: `KB${9_000_000 + index}`, state: 'installed' }],
    });
    return { state: derivePatchState(inventory), product: chosen.product };
  });
}

const states = seededStates();
const rows = new Map(states.map(({ product }) => [product, catalogue.rowsOfProduct(product)]));

/** What any judge must do at least: look at every candidate row of the product once. */
function scan(): number {
  let found = 0;
  for (const { product } of states) {
    for (const row of rows.get(product) ?? [])
      found += catalogue.remediationKb(catalogue.rowRemediation(row)) > 0 ? 1 : 0;
  }
  return found;
}

function judge(): number {
  let found = 0;
  for (const { state } of states) found += assess(state, catalogue, { asOf: null }).openCves.length;
  return found;
}

judge();
scan();
const rounds = Array.from({ length: 7 }, () => ({ judge: timed(judge), scan: timed(scan) }));
const rate = stateCount / (median(rounds.map((each) => each.judge)) / 1000);
report(
  'assess: full verdicts a second on one core',
  `${Math.round(rate)} (${stateCount} states)`,
  `at least ${lowestRate}`,
  rate >= lowestRate,
);
const ratio = median(rounds.map((each) => each.judge / each.scan));
report(
  'assess: time of a full verdict, against a bare scan over the same rows',
  `${ratio.toFixed(2)} times`,
  'stated',
  true,
);
const memory = used() - before;
report('catalogue: memory when loaded and in use', megabytes(memory), 'at most 150 MB', memory <= 150e6);
const loadRatio = median(loads.map(({ load, plain }) => load / plain));
report(
  'catalogue: load, against reading and decompressing',
  `${loadRatio.toFixed(2)} times`,
  'at most 3 times',
  loadRatio <= 3,
);

/** The compressed part begins at the first zstd magic number. */
function zstdStart(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
}
