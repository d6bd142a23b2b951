import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assess, identify } from '../../src/assessment/assess.ts';
import type { Assessment } from '../../src/assessment/assessment.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import type { KbNumber } from '../../src/terms/kb-number.ts';
import type { VulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import { kbsOfApplications, kbsOfWindows, randomDevices, stateOf } from '../support/random-devices.ts';
import type { RandomDevice } from '../support/random-devices.ts';

const catalogue = loadStarterCatalogue();
const device = randomDevices(catalogue);
const runs = { numRuns: 400, seed: 20_260_609 };

function judge(each: RandomDevice): Assessment {
  return assess(stateOf(each), catalogue, { asOf: each.asOf });
}

/** What some row says the update is: `Security Only`, `Security Hotpatch Update` … */
function isKind(kb: string, kind: RegExp): boolean {
  const { start, end } = catalogue.fixesOfKb(kb as KbNumber);
  for (let fix = start; fix < end; fix += 1)
    if (kind.test(catalogue.remediation(catalogue.fixRemediation(fix)).subType)) return true;
  return false;
}

/** On the hotpatch track: a hotpatch of the product is listed, or the build is that of one. */
function isHotpatched({ product, ubr, updates }: RandomDevice): boolean {
  return catalogue.fixesOfProduct(product).some((fix) => {
    const { kb, subType, fixedBuild } = catalogue.remediation(catalogue.fixRemediation(fix));
    if (kb === null || !/hotpatch/i.test(subType)) return false;
    return updates.includes(kb) || (ubr !== undefined && fixedBuild.endsWith(`.${ubr}`));
  });
}

/** Where one more fact takes back what another said: docs/decisions/0008-when-more-means-less.md. */
function takesBack(before: RandomDevice, after: RandomDevice, { products }: Assessment): boolean {
  const onlyMonth =
    after.build < 10240 && after.ubr !== undefined && after.updates.some((kb) => isKind(kb, /security\s*only/i));
  const known = new Set(products.map(({ name }) => name));
  const provesMore = judge(after).products.some(({ name }) => !known.has(name) && name.includes('.NET Framework'));
  return isHotpatched(before) !== isHotpatched(after) || onlyMonth || provesMore;
}

/** Every update that this one supersedes, itself or through others, among those with rows for these products. */
function supersededBy(kb: KbNumber, products: readonly number[]): ReadonlySet<KbNumber> {
  const holders = products.map((product) => catalogue.holdsProduct(product));
  const found = new Set<KbNumber>();
  const open = [kb];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    const { start, end } = catalogue.fixesOfKb(each);
    for (let fix = start; fix < end; fix += 1) {
      if (!holders.some((holds) => holds(catalogue.fixProductSet(fix)))) continue;
      for (const older of catalogue.remediation(catalogue.fixRemediation(fix)).supersedes) {
        if (found.has(older) || older === kb) continue;
        found.add(older);
        open.push(older);
      }
    }
  }
  return found;
}

function productsOf({ products }: Assessment): readonly number[] {
  return products.flatMap(({ productId }) => (productId === null ? [] : (catalogue.findProduct(productId) ?? [])));
}

interface Asked {
  readonly products: readonly number[];
  readonly open: readonly VulnerabilityId[];
}

/** Open CVEs that a recommendable KB of these products fixes, but no missing update does. */
function unfixed(
  { asOf }: RandomDevice,
  { missing }: Assessment,
  { products, open }: Asked,
): readonly VulnerabilityId[] {
  const fixed = new Set(missing.flatMap(({ cves }) => cves));
  return open.filter(
    (cve) =>
      !fixed.has(cve) &&
      [...catalogue.rowsOfVulnerability(cve)].some((row) => {
        const { kb, subType } = catalogue.remediation(catalogue.rowRemediation(row));
        const releasedOn = kb === null ? undefined : catalogue.findRelease(kb)?.releasedOn;
        if (releasedOn === undefined || (asOf !== null && releasedOn > asOf)) return false;
        if (!/^(?:security update|monthly rollup|cumulative update)$/i.test(subType)) return false;
        return catalogue.rowProducts(row).some((product) => products.includes(product));
      }),
  );
}

describe('properties of verdicts over random devices', () => {
  it('which Windows it is, asked alone, is what the verdict says', () => {
    fc.assert(
      fc.property(device, (each) => {
        const state = stateOf(each);
        assert.deepEqual(identify(state, catalogue), assess(state, catalogue, { asOf: null }).os);
        const unsaid = { ...state, os: { ...state.os, architecture: null, installationType: null, editionId: null } };
        assert.deepEqual(identify(unsaid, catalogue), assess(unsaid, catalogue, { asOf: null }).os);
      }),
      runs,
    );
  });

  it('the order of facts changes nothing', () => {
    fc.assert(
      fc.property(device, (each) => {
        const turned = judge({
          ...each,
          updates: each.updates.toReversed(),
          software: each.software.toReversed(),
          dotnetFramework: each.dotnetFramework.toReversed(),
        });
        assert.equal(JSON.stringify(turned), JSON.stringify(judge(each)));
      }),
      runs,
    );
  });

  it('every chain of replaced updates ends in an install', () => {
    fc.assert(
      fc.property(device, (each) => {
        const { missing, install } = judge(each);
        const byKb = new Map(missing.map((update) => [update.kb, update]));
        assert.equal(byKb.size, missing.length);
        const last = missing.flatMap(({ kb, replacedBy }) => (replacedBy === null ? kb : []));
        assert.deepEqual(
          install,
          last.sort((a, b) => Number(a) - Number(b)),
        );
        for (const { kb } of missing) {
          let end = byKb.get(kb);
          for (let step = 0; end !== undefined && end.replacedBy !== null; step += 1) {
            assert.ok(step < missing.length, `${kb} goes in a circle`);
            end = byKb.get(end.replacedBy);
          }
          assert.ok(end !== undefined && install.includes(end.kb), `${kb} leads to an install`);
        }
      }),
      runs,
    );
  });

  it('what the documents call superseded is never to be installed beside its successor', () => {
    fc.assert(
      fc.property(device, (each) => {
        const assessment = judge(each);
        const products = productsOf(assessment);
        for (const kb of assessment.install) {
          const older = supersededBy(kb, products);
          assert.deepEqual(
            assessment.install.filter((other) => older.has(other)),
            [],
            `beside ${kb}`,
          );
        }
      }),
      runs,
    );
  });

  it('every open CVE with a recommendable KB is fixed by something that is missing', () => {
    fc.assert(
      fc.property(device, (each) => {
        // A CVE can be open on PowerShell, which has no KB, and closed on Windows, which has one: each for itself.
        const windows = judge({ ...each, software: [] });
        const ofWindows = productsOf(windows);
        assert.deepEqual(unfixed(each, windows, { products: ofWindows, open: windows.openCves }), []);
        for (const software of each.software) {
          const alone = judge({ ...each, software: [software] });
          const products = productsOf(alone).filter((product) => !ofWindows.includes(product));
          const open = alone.openCves.filter((cve) => !windows.openCves.includes(cve));
          assert.deepEqual(unfixed(each, alone, { products, open }), []);
        }
      }),
      runs,
    );
  });

  it('one more installed update, or a higher build, never opens a CVE', () => {
    fc.assert(
      fc.property(device, fc.nat(), fc.integer({ min: 1, max: 2000 }), (each, pick, step) => {
        const before = judge(each);
        if (before.coverage !== 'assessed') return;
        const all = [...kbsOfWindows(catalogue, each.product), ...kbsOfApplications(catalogue)];
        const kb = all[pick % all.length] ?? '';
        const wasOpen = new Set(before.openCves);
        const changes: readonly RandomDevice[] = [
          { ...each, updates: [...new Set([...each.updates, kb])] },
          ...(each.ubr === undefined ? [] : [{ ...each, ubr: each.ubr + step }]),
        ];
        for (const changed of changes) {
          const opened = judge(changed).openCves.filter((cve) => !wasOpen.has(cve));
          if (opened.length > 0)
            assert.ok(takesBack(each, changed, before), `${opened.join(', ')} by ${JSON.stringify(changed)}`);
        }
      }),
      { ...runs, numRuns: 1500 },
    );
  });

  it('a device that is not assessed lacks nothing, and says why', () => {
    fc.assert(
      fc.property(device, (each) => {
        const { coverage, missing, openCves, undetermined } = judge(each);
        if (coverage === 'assessed') return;
        assert.ok(undetermined.length > 0);
        if (coverage === 'not-assessed') assert.deepEqual([missing, openCves], [[], []]);
      }),
      runs,
    );
  });
});
