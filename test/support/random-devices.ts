import fc from 'fast-check';
import { publishedWindows } from '../../src/assessment/identify-os.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { PatchState } from '../../src/inventory/patch-state.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { KbNumber } from '../../src/terms/kb-number.ts';

/** What a made-up device reports, and the day it is asked about. */
export interface RandomDevice {
  readonly product: number;
  readonly build: number;
  readonly side: string;
  readonly architecture: string;
  readonly ubr: number | undefined;
  readonly updates: readonly string[];
  readonly complete: boolean;
  readonly software: readonly { readonly name: string; readonly version: string }[];
  readonly dotnetFramework: readonly string[];
  readonly asOf: string | null;
}

const software: readonly (readonly [name: string, version: string])[] = [
  ['Microsoft Edge', '44.18362.449.0'],
  ['Microsoft Edge', '128.0.2739.67'],
  ['Microsoft Edge', '140.0.3485.54'],
  ['Microsoft SQL Server 2014 (64-bit)', '12.0.6024.0'],
  ['Microsoft SQL Server 2016 (64-bit)', '13.0.5026.0'],
  ['Microsoft SQL Server 2017 (64-bit)', '14.0.3006.16'],
  ['Microsoft SQL Server 2019 (64-bit)', '15.0.2095.3'],
  ['Microsoft SQL Server 2019 (64-bit)', '15.0.4261.1'],
  ['Microsoft SQL Server 2022 (64-bit)', '16.0.4105.2'],
  ['Microsoft Exchange Server 2016', '15.1.2507.6'],
  ['Microsoft Exchange Server 2019', '15.2.1118.15'],
  ['Microsoft Exchange Server 2019', '15.2.1544.4'],
  ['Microsoft SharePoint Server 2019', '16.0.10337.12109'],
  ['Microsoft 365 Apps for enterprise - en-us', '16.0.16026.20200'],
  ['Microsoft Office LTSC Professional Plus 2021 - en-us', '16.0.14332.20461'],
  ['Microsoft Outlook 2016', '16.0.5370.1000'],
  ['Microsoft Office Professional Plus 2013', '15.0.4569.1506'],
  ['Microsoft Visual Studio Enterprise 2022', '17.8.3'],
  ['Microsoft .NET Runtime - 8.0.0 (x64)', '8.0.0'],
  ['Microsoft ASP.NET Core 6.0.5', '6.0.5'],
  ['PowerShell 7-x64', '7.2.0'],
  ['Windows Defender', '4.18.23000.1'],
];

const days = [
  null,
  '2016-11-30',
  '2018-12-31',
  '2019-03-31',
  '2021-09-30',
  '2022-06-30',
  '2023-10-31',
  '2024-12-31',
  '2026-06-30',
];

/** Devices with every Windows that a catalogue has fixes for: builds at, between and beside published ones, and any of its updates. */
export function randomDevices(catalogue: Catalogue): fc.Arbitrary<RandomDevice> {
  const systems = publishedWindows(catalogue).filter(({ product }) => catalogue.fixesOfProduct(product).length > 20);
  return fc.constantFrom(...systems).chain(({ product, windows }) => {
    const parted = windows.version.build === 26100 && windows.side === 'client';
    const published = ubrsOf(catalogue, product).filter((ubr) => !parted || ubr < 32_000);
    const near =
      published.length === 0
        ? fc.integer({ min: 1, max: 9999 })
        : fc
            .tuple(fc.constantFrom(...published), fc.constantFrom(0, 0, -1, 1, 7))
            .map(([ubr, step]) => Math.max(1, ubr + step));
    return fc.record({
      product: fc.constant(product),
      build: fc.constant(windows.version.build),
      side: fc.constant(windows.side === 'client' ? 'Client' : windows.core ? 'Server Core' : 'Server'),
      architecture: fc.constant(windows.architecture),
      ubr: fc.oneof(
        { weight: 6, arbitrary: near },
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 7000 }) },
      ),
      updates: fc
        .tuple(
          fc.uniqueArray(fc.constantFrom(...kbsOfWindows(catalogue, product)), { maxLength: 6 }),
          fc.uniqueArray(fc.constantFrom(...kbsOfApplications(catalogue)), { maxLength: 2 }),
        )
        .map(([ofWindows, ofApplications]) => [...new Set([...ofWindows, ...ofApplications])]),
      complete: fc.boolean(),
      software: fc
        .uniqueArray(fc.constantFrom(...software), { maxLength: 3 })
        .map((list) => list.map(([name, version]) => ({ name, version }))),
      dotnetFramework: fc.uniqueArray(fc.constantFrom('3.5', '4.6.2', '4.7.2', '4.8', '4.8.1'), { maxLength: 2 }),
      asOf: fc.constantFrom(...days),
    });
  });
}

/** Every update that some document names for a Windows or a part of it. */
export function kbsOfWindows(catalogue: Catalogue, product: number): readonly KbNumber[] {
  const known = catalogue.once(kbsOfWindows, () => new Map<number, readonly KbNumber[]>());
  let kbs = known.get(product);
  if (kbs === undefined) {
    const all = [product, ...catalogue.componentsOn(catalogue.product(product).id)];
    const named = all.flatMap((each) =>
      catalogue.fixesOfProduct(each).flatMap((fix) => catalogue.remediation(catalogue.fixRemediation(fix)).kb ?? []),
    );
    kbs = [...new Set(named)].sort();
    known.set(product, kbs);
  }
  return kbs;
}

/** Updates of SQL Server, Exchange, SharePoint and Office: of any line and year. */
export function kbsOfApplications(catalogue: Catalogue): readonly KbNumber[] {
  return catalogue.once(kbsOfApplications, () => {
    const named = new Set<KbNumber>();
    for (let product = 0; product < catalogue.productCount; product += 1) {
      if (
        !/^Microsoft (?:SQL Server|Exchange|SharePoint|Office|Word|Excel|Outlook)/.test(catalogue.productName(product))
      )
        continue;
      for (const fix of catalogue.fixesOfProduct(product)) {
        const { kb } = catalogue.remediation(catalogue.fixRemediation(fix));
        if (kb !== null) named.add(kb);
      }
    }
    return [...named].sort();
  });
}

function ubrsOf(catalogue: Catalogue, product: number): readonly number[] {
  const builds = catalogue
    .fixesOfProduct(product)
    .map((fix) => catalogue.remediation(catalogue.fixRemediation(fix)).fixedBuild);
  return [...new Set(builds.flatMap((build) => /^\d+\.\d+\.\d+\.(\d+)$/.exec(build)?.[1] ?? []).map(Number))].sort(
    (a, b) => a - b,
  );
}

export function stateOf({
  build,
  ubr,
  side,
  architecture,
  updates,
  complete,
  dotnetFramework,
  ...rest
}: RandomDevice): PatchState {
  const major =
    build >= 10240 ? '10.0' : build === 9600 ? '6.3' : build === 9200 ? '6.2' : build === 7601 ? '6.1' : '6.0';
  const inventory = readNative({
    schema: 'kbgap-inventory/1',
    device: { name: 'host' },
    os: { build: `${major}.${build}${ubr === undefined ? '' : `.${ubr}`}`, architecture, installationType: side },
    updates: updates.map((kb) => ({ kb: `KB${kb}`, state: 'installed' })),
    updatesComplete: complete,
    components: { dotnetFramework, ...(build < 10240 && { internetExplorer: '11.0.9600.1' }) },
    software: rest.software,
  });
  return derivePatchState(inventory);
}
