import type { Assessment, MissingUpdate } from '../assessment/assessment.ts';
import { severities } from '../catalogue/advisory-document.ts';
import type { Severity } from '../catalogue/advisory-document.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { ProductSets, Ratings } from '../catalogue/ratings.ts';
import type { CvssScore } from '../catalogue/ratings.ts';
import { findReleaseType } from '../catalogue/release-type.ts';
import type { ReleaseType } from '../catalogue/release-type.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import { findLifecycle } from './device-lifecycle.ts';
import type { DeviceLifecycle } from './device-lifecycle.ts';
import type { DatedEpss, HeldFeeds } from './held-feeds.ts';

/** CISA's list on the open CVEs that an update fixes. */
export interface UpdateKev {
  readonly cves: readonly VulnerabilityId[];
  /** The earliest of theirs (UTC day). */
  readonly dueOn: string | null;
  /** Whether one of them is known from ransomware campaigns. */
  readonly ransomware: boolean;
}

/**
 * What is shown of a missing update beside the verdict, over the CVEs that are open on this device. Keys in this order,
 * behind those of `MissingUpdate`, always present; `null` is what nobody tells: the feed is absent, or has nothing.
 */
export interface JoinedFields {
  /** Whether CISA's list has one of the CVEs; `null` without the list. */
  readonly exploited: boolean | null;
  readonly kev: UpdateKev | null;
  /** The highest. */
  readonly epss: (DatedEpss & { readonly cve: VulnerabilityId }) | null;
  /** MSRC's worst on the products of this device. */
  readonly severity: Severity | null;
  /** MSRC's highest on the products of this device. */
  readonly cvss: (CvssScore & { readonly cve: VulnerabilityId }) | null;
  /** Whether MSRC says of one of the CVEs that it is exploited; `null` where the catalogue is not at hand. */
  readonly msrcExploited: boolean | null;
  readonly restartRequired: RestartRequired | null;
  /** Support articles. */
  readonly knownIssues: readonly string[];
  readonly releaseType: ReleaseType | null;
}

/** All that is shown beside a verdict. */
export interface JoinedVerdict {
  /** One for each of the assessment's missing updates, in its order. */
  readonly missing: readonly JoinedFields[];
  readonly lifecycle: DeviceLifecycle | null;
}

export type RestartRequired = 'yes' | 'maybe' | 'no';
export type JoinedUpdate = MissingUpdate & JoinedFields;

/** Joins feeds and ratings to verdicts: when an item is shown, never when it is judged. One per catalogue and feeds. */
export class JoinedFacts {
  readonly feeds: HeldFeeds;
  readonly #catalogue: Catalogue | undefined;
  readonly #joined = new WeakMap<Assessment, readonly JoinedFields[]>();

  constructor(catalogue: Catalogue | undefined, feeds: HeldFeeds) {
    this.#catalogue = catalogue;
    this.feeds = feeds;
  }

  ofVerdict(assessment: Assessment): JoinedVerdict {
    return { missing: this.ofMissing(assessment), lifecycle: findLifecycle(assessment.os, this.feeds) };
  }

  /** One for each of `assessment.missing`, in its order; kept as long as the assessment is. */
  ofMissing(assessment: Assessment): readonly JoinedFields[] {
    let joined = this.#joined.get(assessment);
    if (joined === undefined) {
      const products = this.#setsOf(assessment);
      joined = assessment.missing.map((update) => this.#join(update, products));
      this.#joined.set(assessment, joined);
    }
    return joined;
  }

  #join(update: MissingUpdate, products: ProductSets | undefined): JoinedFields {
    const kev = joinKev(update.cves, this.feeds);
    const exploited = this.feeds.find('cisa-kev') === undefined ? null : kev !== null;
    const beside = { exploited, kev, epss: highestEpss(update.cves, this.feeds) };
    if (this.#catalogue === undefined || products === undefined) return { ...beside, ...unrated(update, this.feeds) };
    const { severity, cvss, msrcExploited } = rate(update.cves, products, this.#catalogue);
    return {
      ...beside,
      severity,
      cvss,
      msrcExploited,
      restartRequired: restartRequired(this.#catalogue, update.kb, products),
      knownIssues: Ratings.of(this.#catalogue).knownIssues(update.kb),
      releaseType: releaseType(update, this.feeds),
    };
  }

  #setsOf({ products }: Assessment): ProductSets | undefined {
    const catalogue = this.#catalogue;
    if (catalogue === undefined) return undefined;
    const numbers = products.flatMap(({ productId }) =>
      productId === null ? [] : (catalogue.findProduct(productId) ?? []),
    );
    return new ProductSets(catalogue, numbers);
  }
}

function unrated(update: MissingUpdate, feeds: HeldFeeds): Omit<JoinedFields, 'exploited' | 'kev' | 'epss'> {
  return {
    severity: null,
    cvss: null,
    msrcExploited: null,
    restartRequired: null,
    knownIssues: [],
    releaseType: releaseType(update, feeds),
  };
}

function joinKev(cves: readonly VulnerabilityId[], feeds: HeldFeeds): UpdateKev | null {
  const entries = cves.flatMap((cve) => feeds.kevEntry(cve) ?? []);
  if (entries.length === 0) return null;
  const due = entries.flatMap(({ dueOn }) => dueOn ?? []).sort();
  return {
    cves: entries.map(({ cve }) => cve),
    dueOn: due[0] ?? null,
    ransomware: entries.some(({ ransomware }) => ransomware),
  };
}

function highestEpss(cves: readonly VulnerabilityId[], feeds: HeldFeeds): JoinedFields['epss'] {
  let highest: JoinedFields['epss'] = null;
  for (const cve of cves) {
    const epss = feeds.epss(cve);
    if (epss !== undefined && epss.score > (highest?.score ?? -1)) highest = { ...epss, cve };
  }
  return highest;
}

function rate(
  cves: readonly VulnerabilityId[],
  products: ProductSets,
  catalogue: Catalogue,
): Pick<JoinedFields, 'severity' | 'cvss' | 'msrcExploited'> {
  const ratings = Ratings.of(catalogue);
  let severity: Severity | null = null;
  let cvss: JoinedFields['cvss'] = null;
  let msrcExploited = false;
  for (const cve of cves) {
    for (const vulnerability of catalogue.vulnerabilitiesNamed(cve)) {
      severity = worse(severity, ratings.worstSeverity(vulnerability, products) ?? null);
      const score = ratings.highestScore(vulnerability, products);
      if (score !== undefined && score.baseScore > (cvss?.baseScore ?? -1)) cvss = { ...score, cve };
      msrcExploited ||= ratings.isExploited(vulnerability);
    }
  }
  return { severity, cvss, msrcExploited };
}

/** The worse of two severities. */
export function worse(a: Severity | null, b: Severity | null): Severity | null {
  if (a === null || b === null) return a ?? b;
  return severities.indexOf(a) <= severities.indexOf(b) ? a : b;
}

/** Over the update's rows for these products; where they contradict each other (41 updates do) the restart wins. */
export function restartRequired(catalogue: Catalogue, kb: KbNumber, products: ProductSets): RestartRequired | null {
  const said = new Set<string>();
  const { start, end } = catalogue.fixesOfKb(kb);
  for (let fix = start; fix < end; fix += 1) {
    if (products.holds(catalogue.fixProductSet(fix)))
      said.add(catalogue.remediation(catalogue.fixRemediation(fix)).restartRequired.toLowerCase());
  }
  return (['yes', 'maybe', 'no'] as const).find((answer) => said.has(answer)) ?? null;
}

/** The held history knows more than the table that comes with kbgap, which still knows what the pages have dropped. */
function releaseType({ kb, kind }: MissingUpdate, feeds: HeldFeeds): ReleaseType | null {
  return kind === 'hotpatch' ? 'hotpatch' : (feeds.releaseType(kb) ?? findReleaseType(kb) ?? null);
}
