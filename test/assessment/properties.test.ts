import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import type { Assessment } from '../../src/assessment/assessment.ts';
import { publishedWindows } from '../../src/assessment/identify-os.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { KbNumber } from '../../src/terms/kb-number.ts';

const catalogue = loadStarterCatalogue();
const systems = publishedWindows(catalogue).filter(({ product }) => catalogue.fixesOfProduct(product).length > 20);
const kbsOf = new Map<number, readonly KbNumber[]>();

/** Every update that some document names for the system or a part of it. */
function kbs(product: number): readonly KbNumber[] {
  let found = kbsOf.get(product);
  if (found === undefined) {
    const all = [product, ...catalogue.componentsOn(catalogue.product(product).id)];
    const numbers = all.flatMap((each) =>
      catalogue.fixesOfProduct(each).flatMap((fix) => catalogue.remediation(catalogue.fixRemediation(fix)).kb ?? []),
    );
    found = [...new Set(numbers)].sort();
    kbsOf.set(product, found);
  }
  return found;
}

interface RandomDevice {
  readonly product: number;
  readonly build: number;
  readonly side: string;
  readonly architecture: string;
  readonly ubr: number | undefined;
  readonly updates: readonly string[];
  readonly software: readonly { readonly name: string; readonly version: string }[];
  readonly dotnetFramework: readonly string[];
  readonly asOf: string | null;
}

const software = [
  { name: 'Microsoft Edge', version: '128.0.2739.67' },
  { name: 'Microsoft SQL Server 2019 (64-bit)', version: '15.0.4261.1' },
  { name: 'Microsoft Exchange Server 2019', version: '15.2.1118.15' },
  { name: 'Microsoft 365 Apps for enterprise - en-us', version: '16.0.16026.20200' },
];

const device: fc.Arbitrary<RandomDevice> = fc.constantFrom(...systems).chain(({ product, windows }) =>
  fc.record({
    product: fc.constant(product),
    build: fc.constant(windows.version.build),
    side: fc.constant(windows.side === 'client' ? 'Client' : windows.core ? 'Server Core' : 'Server'),
    architecture: fc.constant(windows.architecture),
    ubr: fc.option(
      fc.integer({ min: 1, max: windows.version.build === 26100 && windows.side === 'client' ? 8000 : 9999 }),
      {
        nil: undefined,
      },
    ),
    updates: fc.uniqueArray(fc.constantFrom(...kbs(product)), { maxLength: 6 }),
    software: fc.uniqueArray(fc.constantFrom(...software), { maxLength: 2 }),
    dotnetFramework: fc.uniqueArray(fc.constantFrom('3.5', '4.7.2', '4.8', '4.8.1'), { maxLength: 2 }),
    asOf: fc.constantFrom(null, '2019-03-31', '2022-06-30', '2024-12-31', '2026-06-30'),
  }),
);

function judge(each: RandomDevice, change: (facts: RandomDevice) => RandomDevice = (facts) => facts): Assessment {
  const { build, ubr, side, architecture, updates, dotnetFramework, asOf, ...rest } = change(each);
  const major =
    build >= 10240 ? '10.0' : build === 9600 ? '6.3' : build === 9200 ? '6.2' : build === 7601 ? '6.1' : '6.0';
  const inventory = readNative({
    schema: 'kbgap-inventory/1',
    device: { name: 'host' },
    os: { build: `${major}.${build}${ubr === undefined ? '' : `.${ubr}`}`, architecture, installationType: side },
    updates: updates.map((kb) => ({ kb: `KB${kb}`, state: 'installed' })),
    components: { dotnetFramework },
    software: rest.software,
  });
  return assess(derivePatchState(inventory), catalogue, { asOf });
}

/** Whether a hotpatch is installed or the build is that of one: there an update more can lead off the track or on it. */
function namesHotpatch({ updates }: RandomDevice): boolean {
  return updates.some((kb) => {
    const { start, end } = catalogue.fixesOfKb(kb as KbNumber);
    for (let fix = start; fix < end; fix += 1)
      if (/hotpatch/i.test(catalogue.remediation(catalogue.fixRemediation(fix)).subType)) return true;
    return false;
  });
}

const runs = { numRuns: 400, seed: 20_260_609 };

describe('properties of verdicts over random devices', () => {
  it('the order of facts changes nothing', () => {
    fc.assert(
      fc.property(device, (each) => {
        const turned = judge(each, (facts) => ({
          ...facts,
          updates: facts.updates.toReversed(),
          software: facts.software.toReversed(),
          dotnetFramework: facts.dotnetFramework.toReversed(),
        }));
        assert.equal(JSON.stringify(turned), JSON.stringify(judge(each)));
      }),
      runs,
    );
  });

  it('what is replaced is never installed beside its successor, and every chain ends in an install', () => {
    fc.assert(
      fc.property(device, (each) => {
        const { missing, install } = judge(each);
        const byKb = new Map(missing.map((update) => [update.kb, update]));
        assert.equal(byKb.size, missing.length);
        assert.deepEqual(
          install,
          missing
            .flatMap(({ kb, replacedBy }) => (replacedBy === null ? kb : []))
            .sort((a, b) => Number(a) - Number(b)),
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

  it('one more installed update, or a higher build, never opens a CVE', () => {
    fc.assert(
      fc.property(device, fc.nat(), fc.integer({ min: 1, max: 2000 }), (each, pick, step) => {
        const before = judge(each);
        const all = kbs(each.product);
        const kb = all[pick % all.length] ?? '';
        const more = { ...each, updates: [...new Set([...each.updates, kb])] };
        if (before.coverage !== 'assessed' || namesHotpatch(each) || namesHotpatch(more)) return;
        const wasOpen = new Set(before.openCves);
        const changes: readonly RandomDevice[] = [
          more,
          ...(each.ubr === undefined ? [] : [{ ...each, ubr: each.ubr + step }]),
        ];
        for (const changed of changes) {
          const after = judge(changed);
          const opened = after.openCves.filter((cve) => !wasOpen.has(cve));
          // A Security Only update beside a build tells that the build is not a rollup's, an update of .NET that it is there.
          const tellsMore = after.products.length > before.products.length || each.build < 10240;
          if (after.coverage === 'assessed' && !tellsMore) assert.deepEqual(opened, []);
        }
      }),
      runs,
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
