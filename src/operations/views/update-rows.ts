import type { Catalogue } from '../../catalogue/catalogue.ts';
import { severities } from '../../catalogue/advisory-document.ts';
import type { Severity } from '../../catalogue/advisory-document.ts';
import { productSlug } from '../../catalogue/product-slug.ts';
import { ProductSets, Ratings } from '../../catalogue/ratings.ts';
import { findReleaseType } from '../../catalogue/release-type.ts';
import { catalogueSearchUrl } from '../../catalogue/catalogue-search-url.ts';
import { updateName } from '../../assessment/update-name.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { VulnerabilityId } from '../../terms/vulnerability-id.ts';
import type { CveRating } from '../cve-ratings.ts';
import { restartRequired } from '../joined-facts.ts';
import type { RestartRequired } from '../joined-facts.ts';
import { deviceScope } from '../scope.ts';
import type { Scope } from '../scope.ts';
import type { TenantExposure } from '../tenant-exposure.ts';
import { productsOfKb, standingOf } from './applicability.ts';
import type { ViewContext } from './view-context.ts';

/** What is published of one update, whatever the devices. */
interface PublishedUpdate {
  readonly name: string | null;
  readonly releaseId: string | null;
  readonly releasedOn: string | null;
  readonly products: readonly string[];
  readonly builds: readonly string[];
  readonly cves: readonly VulnerabilityId[];
  readonly restartRequired: RestartRequired | null;
  readonly supersedes: readonly KbNumber[];
}

/** An update as lists for people show it. Keys in this order. */
export interface UpdateRow {
  readonly kb: KbNumber;
  readonly name: string | null;
  readonly kind: string | null;
  readonly releaseId: string | null;
  readonly releasedOn: string | null;
  readonly releaseType: string | null;
  readonly products: readonly string[];
  readonly builds: readonly string[];
  readonly cves: number;
  readonly openCves: number;
  readonly exploitedCves: number;
  readonly epss: {
    readonly score: number;
    readonly percentile: number;
    readonly date: string;
    readonly cve: string;
  } | null;
  readonly cvss: { readonly baseScore: number; readonly vector: string; readonly cve: string } | null;
  readonly severity: Severity | null;
  readonly restartRequired: RestartRequired | null;
  readonly devicesMissing: number;
  readonly devicesToInstall: number;
  readonly firstMissingOn: string | null;
  readonly supersededBy: readonly KbNumber[];
}

/** Every update that some device of the scope misses, or every one of the catalogue; kept until counts, catalogue or feeds change. */
export async function updateRows(view: ViewContext, scope: Scope, all: boolean): Promise<readonly UpdateRow[]> {
  const exposure = view.context.exposures.of(scope);
  const { engine } = view.context.exposures.verdicts;
  const basis = view.ratings() ?? engine;
  const key = all ? everyUpdate : updateRows;
  // Once for whoever asks meanwhile; a database that did not answer is asked again.
  const reading = exposure.once(seenFirst, basis, () => readFirstSeen(view, scope));
  const firstSeen = await reading.catch((error: unknown) => {
    exposure.forget(seenFirst);
    throw error;
  });
  return exposure.once(key, firstSeen, () => {
    const counted = countsOf(exposure);
    const since = firstMissing(exposure, firstSeen);
    const kbs = all
      ? new Set([...(view.published?.kbs ?? []), ...exposure.missing().keys()])
      : exposure.missing().keys();
    return [...kbs].sort(compareKbNumbers).map((kb) => rowOf(view, kb, { exposure, counted, since }));
  });
}

/** Key of when states were first seen. */
const seenFirst = Symbol('seen first');

async function readFirstSeen(view: ViewContext, scope: Scope): Promise<ReadonlyMap<string, string>> {
  const states = view.context.exposures.of(scope).states();
  return view.context.store.views.earliestSeen(deviceScope(scope), [...states.keys()]);
}

/** Key of the whole catalogue's rows. */
const everyUpdate = Symbol('every update');

interface Counts {
  readonly toInstall: ReadonlyMap<KbNumber, number>;
  /** Distinct open CVEs for which this is the update that Microsoft lists. */
  readonly open: ReadonlyMap<number, number>;
}

interface Counted {
  readonly exposure: TenantExposure;
  readonly counted: Counts;
  readonly since: ReadonlyMap<KbNumber, string>;
}

function countsOf(exposure: TenantExposure): Counts {
  const toInstall = new Map<KbNumber, number>();
  const openByKb = new Map<number, Set<number>>();
  const seen = new Set<unknown>();
  for (const { devices, contribution } of exposure.states().values()) {
    for (const kb of contribution.install) toInstall.set(kb, (toInstall.get(kb) ?? 0) + devices);
    for (const findings of contribution.open) {
      if (seen.has(findings)) continue;
      seen.add(findings);
      findings.kbs.forEach((kb, at) => {
        if (kb === 0) return;
        const cves = openByKb.get(kb) ?? new Set<number>();
        openByKb.set(kb, cves.add(findings.cves[at] ?? 0));
      });
    }
  }
  return { toInstall, open: new Map([...openByKb].map(([kb, cves]) => [kb, cves.size])) };
}

/** By update the day on which the first of the devices that miss it was first seen. */
function firstMissing(exposure: TenantExposure, firstSeen: ReadonlyMap<string, string>): ReadonlyMap<KbNumber, string> {
  const since = new Map<KbNumber, string>();
  for (const [id, { contribution }] of exposure.states()) {
    const at = firstSeen.get(id)?.slice(0, 10);
    if (at === undefined) continue;
    for (const kb of contribution.missing) if (at < (since.get(kb) ?? '9')) since.set(kb, at);
  }
  return since;
}

function rowOf(view: ViewContext, kb: KbNumber, { exposure, counted, since }: Counted): UpdateRow {
  const facts = publishedOf(view.published, kb);
  const rated = ratedCves(view, facts.cves);
  const seen = since.get(kb);
  const kind = view.context.exposures.verdicts.kindOf(kb) ?? null;
  return {
    kb,
    name: facts.name,
    kind,
    releaseId: facts.releaseId,
    releasedOn: facts.releasedOn,
    releaseType: kind === 'hotpatch' ? 'hotpatch' : (view.feeds().releaseType(kb) ?? findReleaseType(kb) ?? null),
    products: facts.products,
    builds: facts.builds,
    cves: facts.cves.length,
    openCves: counted.open.get(Number(kb)) ?? 0,
    exploitedCves: rated.filter(({ isExploited }) => isExploited).length,
    epss: highestEpss(view, rated),
    cvss: highestCvss(rated),
    severity: severities.find((severity) => rated.some((each) => each.severity === severity)) ?? null,
    restartRequired: facts.restartRequired,
    devicesMissing: exposure.countMissing(kb),
    devicesToInstall: counted.toInstall.get(kb) ?? 0,
    firstMissingOn: seen === undefined ? null : seen > (facts.releasedOn ?? '') ? seen : facts.releasedOn,
    supersededBy: view.published === undefined ? [] : (supersededBy(view.published).get(kb) ?? []),
  };
}

/** Of CVEs, not of advisories. */
function ratedCves(view: ViewContext, cves: readonly VulnerabilityId[]): readonly CveRating[] {
  const ratings = view.ratings();
  if (ratings === undefined) return [];
  return cves.flatMap((cve) => {
    const number = ratings.numbers.find(cve);
    return number === undefined ? [] : [ratings.of(number)];
  });
}

function highestEpss(view: ViewContext, rated: readonly CveRating[]): UpdateRow['epss'] {
  const best = rated.reduce<CveRating | undefined>(
    (highest, each) => (each.epss !== null && each.epss > (highest?.epss ?? -1) ? each : highest),
    undefined,
  );
  const score = best === undefined ? undefined : view.feeds().epss(best.id);
  if (best === undefined || score === undefined) return null;
  return { score: score.score, percentile: score.percentile, date: score.date, cve: best.id };
}

function highestCvss(rated: readonly CveRating[]): UpdateRow['cvss'] {
  const best = rated.reduce<CveRating | undefined>(
    (highest, each) => (each.baseScore !== null && each.baseScore > (highest?.baseScore ?? -1) ? each : highest),
    undefined,
  );
  return best === undefined || best.baseScore === null
    ? null
    : { baseScore: best.baseScore, vector: best.vector ?? '', cve: best.id };
}

const nothingPublished: PublishedUpdate = {
  name: null,
  releaseId: null,
  releasedOn: null,
  products: [],
  builds: [],
  cves: [],
  restartRequired: null,
  supersedes: [],
};

/** Kept with the catalogue. */
export function publishedOf(catalogue: Catalogue | undefined, kb: KbNumber): PublishedUpdate {
  if (catalogue === undefined) return nothingPublished;
  const known = catalogue.once(publishedOf, () => new Map<KbNumber, PublishedUpdate>());
  let facts = known.get(kb);
  if (facts === undefined) known.set(kb, (facts = readUpdate(catalogue, kb)));
  return facts;
}

function readUpdate(catalogue: Catalogue, kb: KbNumber): PublishedUpdate {
  const { start, end } = catalogue.fixesOfKb(kb);
  const [products, builds, cves, supersedes] = [
    new Set<number>(),
    new Set<string>(),
    new Set<VulnerabilityId>(),
    new Set<KbNumber>(),
  ];
  for (let fix = start; fix < end; fix += 1) {
    for (const product of catalogue.productsOfSet(catalogue.fixProductSet(fix))) products.add(product);
    const remediation = catalogue.remediation(catalogue.fixRemediation(fix));
    if (remediation.fixedBuild !== '') builds.add(remediation.fixedBuild);
    for (const each of remediation.supersedes) supersedes.add(each);
    const next = catalogue.firstRow(fix + 1);
    for (let row = catalogue.firstRow(fix); row < next; row += 1) {
      const vulnerability = catalogue.rowVulnerability(row);
      if (catalogue.isCve(vulnerability)) cves.add(catalogue.vulnerabilityId(vulnerability));
    }
  }
  const release = catalogue.findRelease(kb);
  return {
    name: updateName(catalogue, kb) ?? null,
    releaseId: release?.releaseId ?? null,
    releasedOn: release?.releasedOn ?? null,
    products: [...new Set([...products].map((product) => productSlug(catalogue.productName(product)).slug))].sort(),
    builds: [...builds].sort(),
    cves: [...cves].sort(),
    restartRequired: restartRequired(catalogue, kb, new ProductSets(catalogue, [...products])),
    supersedes: [...supersedes].filter((each) => each !== kb).sort(compareKbNumbers),
  };
}

/** Which updates say of themselves that they replace one, by that one. */
export function supersededBy(catalogue: Catalogue): ReadonlyMap<KbNumber, readonly KbNumber[]> {
  return catalogue.once(supersededBy, () => {
    const found = new Map<KbNumber, KbNumber[]>();
    for (const kb of catalogue.kbs)
      for (const older of publishedOf(catalogue, kb).supersedes) found.set(older, [...(found.get(older) ?? []), kb]);
    return found;
  });
}

/** All that the page of one update shows. Keys in this order, behind those of the row. */
export interface UpdateDetail extends UpdateRow {
  readonly downloadUrl: string;
  readonly knownIssues: readonly string[];
  readonly replaces: readonly { readonly kb: KbNumber; readonly name: string | null }[];
  readonly replacedBy: readonly {
    readonly kb: KbNumber;
    readonly name: string | null;
    readonly devicesMissing: number;
  }[];
  readonly fixes: readonly VulnerabilityId[];
  readonly rows: readonly {
    readonly product: string;
    readonly productId: string;
    readonly subType: string;
    readonly fixedBuild: string;
    readonly url: string;
    readonly cves: number;
  }[];
  readonly devices: { readonly missing: number; readonly having: number; readonly undetermined: number };
}

/** `undefined` for an update that neither a document nor a device names. */
export async function findUpdate(view: ViewContext, scope: Scope, kb: KbNumber): Promise<UpdateDetail | undefined> {
  const catalogue = view.published;
  const exposure = view.context.exposures.of(scope);
  if (catalogue?.hasKb(kb) !== true) return undefined;
  const firstSeen = await readFirstSeen(view, scope);
  const counted = countsOf(exposure);
  const row = rowOf(view, kb, { exposure, counted, since: firstMissing(exposure, firstSeen) });
  const { cves, supersedes } = publishedOf(catalogue, kb);
  const named = (each: KbNumber) => ({ kb: each, name: updateName(catalogue, each) ?? null });
  return {
    ...row,
    downloadUrl: catalogueSearchUrl(kb),
    knownIssues: Ratings.of(catalogue).knownIssues(kb),
    replaces: supersedes.map(named),
    replacedBy: row.supersededBy.map((each) => ({ ...named(each), devicesMissing: exposure.countMissing(each) })),
    fixes: cves,
    rows: rowsOfUpdate(catalogue, kb),
    devices: devicesOf(exposure, catalogue, kb),
  };
}

function rowsOfUpdate(catalogue: Catalogue, kb: KbNumber): UpdateDetail['rows'] {
  const { start, end } = catalogue.fixesOfKb(kb);
  const found = new Map<string, UpdateDetail['rows'][number]>();
  for (let fix = start; fix < end; fix += 1) {
    const { subType, fixedBuild, url } = catalogue.remediation(catalogue.fixRemediation(fix));
    const cves = catalogue.firstRow(fix + 1) - catalogue.firstRow(fix);
    for (const index of catalogue.productsOfSet(catalogue.fixProductSet(fix))) {
      const { id: productId, name: product } = catalogue.product(index);
      const key = `${productId}\n${subType}\n${fixedBuild}\n${url}`;
      found.set(key, { product, productId, subType, fixedBuild, url, cves: (found.get(key)?.cves ?? 0) + cves });
    }
  }
  return [...found.values()].sort((a, b) =>
    a.product < b.product ? -1 : a.product > b.product ? 1 : a.subType < b.subType ? -1 : 1,
  );
}

function devicesOf(exposure: TenantExposure, catalogue: Catalogue, kb: KbNumber): UpdateDetail['devices'] {
  const of = productsOfKb(catalogue, kb);
  const counts = { missing: 0, having: 0, undetermined: 0 };
  for (const { devices, contribution } of exposure.states().values()) {
    const standing = standingOf(contribution, of, contribution.missing.includes(kb));
    if (standing === 'open') counts.missing += devices;
    else if (standing === 'clear') counts.having += devices;
    else if (standing === 'undetermined') counts.undetermined += devices;
  }
  return counts;
}
