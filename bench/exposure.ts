import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadStarterCatalogue } from '../src/catalogue/starter-catalogue.ts';
import { derivePatchState, patchStateContent } from '../src/inventory/patch-state.ts';
import type { PatchState } from '../src/inventory/patch-state.ts';
import { readNative } from '../src/inventory/readers/native/read.ts';
import { catalogueEngine } from '../src/operations/catalogue-engine.ts';
import { Contributions } from '../src/operations/contributions.ts';
import type { Contribution } from '../src/operations/contribution.ts';
import { CveRatings } from '../src/operations/cve-ratings.ts';
import { exposureScore } from '../src/operations/exposure-score.ts';
import { summarizeExposure } from '../src/operations/exposure-summary.ts';
import { HeldFeeds } from '../src/operations/held-feeds.ts';
import { softwareExposures } from '../src/operations/software-exposure.ts';
import { TenantExposure } from '../src/operations/tenant-exposure.ts';
import { median, report } from './harness.ts';
import { madeUpFleet } from './made-up-fleet.ts';

// The exposure of a million devices in 5,000 patch states, in memory: what its answers cost right after a change, and what it
// takes. Run: `node bench/exposure.ts`.

const states = 5000;
const devicesEach = 200;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const used = (): number => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

const catalogue = loadStarterCatalogue();
const engine = catalogueEngine(catalogue, true);
const ratings = new CveRatings(catalogue, new HeldFeeds(null));
const fleet: readonly (readonly [string, PatchState])[] = Array.from(madeUpFleet({ devices: states }), (line) => {
  const { id, content } = patchStateContent(derivePatchState(readNative(JSON.parse(line) as object)));
  return [id, JSON.parse(content) as PatchState];
});
for (const [, state] of fleet) engine.judge?.(state).findings();

const before = used();
const contributions = new Contributions();
const made = new Map<string, Contribution>();
for (const [id, state] of fleet) {
  const judged = engine.judge?.(state);
  if (judged === undefined) throw new Error('the engine only counts');
  made.set(
    id,
    contributions.of({ ...judged, findings: judged.findings(), level: judged.level(), osName: state.os.name }),
  );
}
const memory = used() - before;
report(
  'exposure: memory of a patch state',
  `${(memory / states / 1000).toFixed(1)} KB`,
  'at most 10 KB',
  memory / states <= 10_240,
);

const exposure = new TenantExposure();
const contribute = (id: string): Contribution => {
  const contribution = made.get(id);
  if (contribution === undefined) throw new Error(`no contribution of ${id}`);
  return contribution;
};
const timed = (work: () => unknown): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};
const [first] = fleet[0] ?? [''];
for (const [id] of fleet) exposure.change(id, devicesEach, contribute);
const questions: readonly (readonly [name: string, ask: () => unknown])[] = [
  ['/v1/exposure', () => JSON.stringify(summarizeExposure(exposure, catalogue.id, catalogue))],
  ['software', () => softwareExposures(exposure, ratings)],
  ['exposure score', () => exposureScore(exposure, ratings)],
];
for (const [name, ask] of questions) {
  const initial = timed(ask);
  const later = Array.from({ length: 15 }, () => {
    exposure.change(first, 1, contribute);
    return timed(ask);
  });
  const figure = `${median(later).toFixed(1)} ms (the first time ${initial.toFixed(1)})`;
  report(`exposure: ${name} right after a change`, figure, 'at most 20 ms', median(later) <= 20);
}
