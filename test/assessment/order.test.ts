import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { findAnomalies } from '../../src/assessment/anomalies.ts';
import { assess } from '../../src/assessment/assess.ts';
import { explain } from '../../src/assessment/explain.ts';
import type { AdvisoryDocument } from '../../src/catalogue/advisory-document.ts';
import { packCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { expandCatalogue } from '../../src/catalogue/expand-catalogue.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { randomDevices, stateOf } from '../support/random-devices.ts';

const months: ReadonlySet<string> = new Set([
  '2018-Nov',
  '2019-Aug',
  '2020-Mar',
  '2022-Jun',
  '2024-Aug',
  '2026-May',
  '2026-Jun',
]);
const corrections = loadCorrections();

function catalogueOf(documents: readonly AdvisoryDocument[]): Catalogue {
  return Catalogue.fromBytes(packCatalogue(compileCatalogue(documents)).bytes, corrections);
}

/** Turned round at every depth: documents, vulnerabilities, rows, products, superseded KBs. */
function turned<T>(value: T): T {
  if (Array.isArray(value)) return value.map((each: unknown) => turned(each)).toReversed() as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, turned(each as unknown)])) as T;
}

describe('the order in which documents, vulnerabilities, rows and products come', () => {
  let straight: Catalogue;
  let reversed: Catalogue;

  before(() => {
    const documents = expandCatalogue(loadStarterCatalogue().compiled).filter(({ id }) => months.has(id));
    assert.equal(documents.length, months.size);
    straight = catalogueOf(documents);
    reversed = catalogueOf(turned(documents));
  });

  it('changes no verdict and no explanation of one', () => {
    fc.assert(
      fc.property(randomDevices(straight), (device) => {
        const state = stateOf(device);
        const options = { asOf: device.asOf };
        const assessment = assess(state, straight, options);
        assert.equal(JSON.stringify(assess(state, reversed, options)), JSON.stringify(assessment));
        const [update] = assessment.missing;
        const [vulnerability] = assessment.openCves;
        for (const subject of [update && { kb: update.kb }, vulnerability && { vulnerability }]) {
          if (subject === undefined) continue;
          const told = JSON.stringify(explain(state, straight, subject, options));
          assert.equal(JSON.stringify(explain(state, reversed, subject, options)), told);
        }
      }),
      { numRuns: 100, seed: 20_260_609 },
    );
  });

  it('changes no anomaly', () => {
    const list = (catalogue: Catalogue): string => JSON.stringify(findAnomalies(catalogue, corrections.entries));
    assert.equal(list(reversed), list(straight));
  });
});
