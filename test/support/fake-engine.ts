import type { Assessment, MissingUpdate, ProductVerdict } from '../../src/assessment/assessment.ts';
import type { PatchState } from '../../src/inventory/patch-state.ts';
import type { Engine } from '../../src/operations/engine.ts';
import { compareKbNumbers, parseKbNumber } from '../../src/terms/kb-number.ts';
import { parseProductId } from '../../src/terms/product-id.ts';
import { parseReleaseId } from '../../src/terms/release-id.ts';
import { parseVulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import { tryParseWindowsBuild } from '../../src/terms/windows-build.ts';

/** An update of the made-up catalogue: missing below its UBR, unless it is installed. */
export interface FakeUpdate {
  readonly kb: string;
  readonly ubr: number;
  /** CVEs it fixes by product slug, e.g. `{ windows_10: 83, edge: 14 }`. */
  readonly cves: Readonly<Record<string, number>>;
}

export const march2020: FakeUpdate = { kb: '4540673', ubr: 719, cves: { windows_10: 83, edge: 14 } };

/**
 * A real, if small, engine: cumulative updates of one Windows 10, judged by UBR and by what is installed. A device
 * without a build is not assessed. `assessed` counts the judgements made.
 */
export function createFakeEngine(
  updates: readonly FakeUpdate[] = [march2020],
  id = 'sha256:fake',
): Engine & { readonly assessed: () => number } {
  let assessed = 0;
  return {
    catalogue: {
      id,
      newestRelease: parseReleaseId('2020-Mar'),
      newestReleasedOn: '2020-03-10',
      currentTo: '2020-03-10T07:00:00.000Z',
    },
    starter: false,
    assessed: () => assessed,
    assess(state) {
      assessed += 1;
      return assess(state, updates);
    },
    identify: (state) => assess(state, updates).os,
    explain: (_state, kb) => ({
      subject: { kb },
      verdict: 'missing',
      reason: null,
      rule: 'fake',
      facts: [],
      documents: [],
      rows: [],
      because: [`the device lacks ${kb}`],
      wouldFlip: [],
      flips: [],
      alternatives: [],
    }),
  };
}

function assess({ os, installedKbs }: PatchState, updates: readonly FakeUpdate[]): Assessment {
  const build = os.build === null ? undefined : tryParseWindowsBuild(os.build);
  const lacking = updates.filter(
    ({ kb, ubr }) => build !== undefined && (build.ubr ?? 0) < ubr && !installedKbs.includes(parseKbNumber(kb)),
  );
  const slugs = [...new Set(updates.flatMap(({ cves }) => Object.keys(cves)))].sort();
  return {
    os: {
      productId: build === undefined ? null : parseProductId('11714'),
      productName: build === undefined ? null : 'Windows 10 Version 1909 for x64-based Systems',
      build: os.build,
      architecture: os.architecture,
      installationType: os.installationType,
      servicing: null,
    },
    coverage: build === undefined ? 'not-assessed' : 'assessed',
    undetermined:
      build === undefined
        ? [{ product: os.name ?? '', reason: 'no-os-identity', detail: 'No build was reported.' }]
        : [],
    products: build === undefined ? [] : slugs.map((slug) => judgeProduct(slug, lacking)),
    missing: lacking.map((update) => toMissingUpdate(update, build?.build ?? null)),
    install: lacking.map(({ kb }) => parseKbNumber(kb)).sort(compareKbNumbers),
    openCves: [],
    installedRebootNeeded: [],
  };
}

function judgeProduct(slug: string, lacking: readonly FakeUpdate[]): ProductVerdict {
  const missing = lacking.flatMap(({ kb, cves }) => {
    const cveAddressed = cves[slug];
    return cveAddressed === undefined ? [] : [{ kb: parseKbNumber(kb), cveAddressed }];
  });
  return {
    productId: null,
    name: slug,
    vendor: 'microsoft',
    slug,
    version: null,
    verdict: missing.length > 0 ? 'missing' : 'remediated',
    openCves: missing.reduce((sum, { cveAddressed }) => sum + cveAddressed, 0),
    missing,
  };
}

function toMissingUpdate({ kb, cves }: FakeUpdate, osBuild: number | null): MissingUpdate {
  return {
    kb: parseKbNumber(kb),
    name: 'March 2020 Security Updates',
    kind: 'lcu',
    releaseId: parseReleaseId('2020-Mar'),
    osBuild,
    productsNames: Object.keys(cves),
    url: `https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB${kb}`,
    cveAddressed: Object.values(cves).reduce((sum, count) => sum + count, 0),
    replacedBy: null,
    cves: [parseVulnerabilityId('CVE-2020-0645')],
  };
}
