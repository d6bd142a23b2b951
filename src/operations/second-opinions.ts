import type { Catalogue } from '../catalogue/catalogue.ts';
import { ProductSets, Ratings } from '../catalogue/ratings.ts';
import type { CsafAdvisory } from '../sources/csaf/data.ts';
import type { SugDeployment, SugOpinion } from '../sources/msrc-sug/data.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { ProductId } from '../terms/product-id.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import type { HeldFeeds } from './held-feeds.ts';

/** One thing that the catalogue and another answer of MSRC's tell differently; `null`: it says nothing. */
export interface Disagreement {
  readonly source: 'msrc-sug' | 'csaf';
  /** Of the other answer: a UTC day or instant. */
  readonly date: string;
  readonly cve: VulnerabilityId | null;
  readonly productId: ProductId | null;
  readonly product: string;
  readonly kb: KbNumber | null;
  readonly field: 'vulnerability' | 'fix' | 'fixedBuild' | 'severity' | 'baseScore' | 'supersedes';
  readonly catalogue: string | null;
  readonly opinion: string | null;
}

/** What another answer of MSRC's says of one CVE, and where the catalogue says otherwise. It changes no verdict. */
export interface SecondOpinion {
  readonly source: Disagreement['source'];
  readonly date: string;
  readonly severity: string | null;
  readonly baseScore: number | null;
  readonly fixes: readonly {
    readonly productId: string | null;
    readonly product: string;
    readonly kb: KbNumber | null;
    readonly fixedBuild: string;
  }[];
  readonly disagreements: readonly Disagreement[];
}

/** The held second opinions on one CVE; none where nobody was asked. */
export function findSecondOpinions(
  catalogue: Catalogue,
  feeds: HeldFeeds,
  id: VulnerabilityId,
): readonly SecondOpinion[] {
  const rows = (feeds.find('msrc-sug')?.data.opinions ?? []).filter(({ cve }) => cve === id);
  const advisories = (feeds.find('csaf')?.data.advisories ?? []).filter(({ cve }) => cve === id);
  const opinions = advisories.map((advisory) => ofAdvisory(catalogue, advisory));
  return rows.length === 0 ? opinions : [ofRows(catalogue, rows), ...opinions];
}

/** Every disagreement of what is held, by source, CVE, product. */
export function listDisagreements(catalogue: Catalogue, feeds: HeldFeeds): readonly Disagreement[] {
  const sug = feeds.find('msrc-sug')?.data;
  return [
    ...(sug?.opinions ?? []).flatMap((row) => compareRow(catalogue, row)),
    ...(sug?.deployments ?? []).flatMap((row) => compareDeployment(catalogue, row)),
    ...(feeds.find('csaf')?.data.advisories ?? []).flatMap((advisory) => compareAdvisory(catalogue, advisory)),
  ];
}

function ofRows(catalogue: Catalogue, rows: readonly SugOpinion[]): SecondOpinion {
  const worst = ['Critical', 'Important', 'Moderate', 'Low'].find((name) => rows.some((row) => row.severity === name));
  const scores = rows.flatMap(({ baseScore }) => baseScore ?? []);
  return {
    source: 'msrc-sug',
    date:
      rows
        .map(({ revisedOn }) => revisedOn)
        .sort()
        .at(-1) ?? '',
    severity: worst ?? null,
    baseScore: scores.length === 0 ? null : Math.max(...scores),
    fixes: rows.flatMap(({ productId, product, fixes }) =>
      fixes.map(({ kb, fixedBuild }) => ({ productId, product, kb, fixedBuild })),
    ),
    disagreements: rows.flatMap((row) => compareRow(catalogue, row)),
  };
}

function ofAdvisory(catalogue: Catalogue, advisory: CsafAdvisory): SecondOpinion {
  const { revisedAt, severity, baseScore, fixes } = advisory;
  return {
    source: 'csaf',
    date: revisedAt,
    severity,
    baseScore,
    fixes: fixes.map(({ productId, product, kb, fixedBuild }) => ({ productId, product, kb, fixedBuild })),
    disagreements: compareAdvisory(catalogue, advisory),
  };
}

type Told = Pick<Disagreement, 'source' | 'date' | 'cve' | 'productId' | 'product'>;

function compareRow(catalogue: Catalogue, row: SugOpinion): readonly Disagreement[] {
  const told: Told = {
    source: 'msrc-sug',
    date: row.revisedOn,
    cve: row.cve,
    productId: row.productId,
    product: row.product,
  };
  const vulnerabilities = catalogue.vulnerabilitiesNamed(row.cve);
  if (vulnerabilities.length === 0) return [unknown(told)];
  const published = fixesOn(catalogue, row.cve, row.productId);
  const named = new Set(row.fixes.map(({ kb }) => kb));
  const found: Disagreement[] = [];
  for (const { kb, fixedBuild, supersedes } of row.fixes) {
    const same = published.filter((fix) => fix.kb === kb);
    if (same.length === 0) found.push({ ...told, kb, field: 'fix', catalogue: null, opinion: kb });
    else found.push(...compareFix(told, { kb, fixedBuild, supersedes }, same));
  }
  for (const kb of new Set(published.flatMap((fix) => fix.kb ?? [])))
    if (!named.has(kb)) found.push({ ...told, kb, field: 'fix', catalogue: kb, opinion: null });
  return [...found, ...compareRatings(catalogue, told, row)];
}

function compareFix(
  told: Told,
  fix: { readonly kb: KbNumber; readonly fixedBuild: string; readonly supersedes: readonly KbNumber[] },
  published: readonly PublishedFix[],
): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const builds = [...new Set(published.map(({ fixedBuild }) => fixedBuild))].filter((build) => build !== '');
  if (fix.fixedBuild !== '' && builds.length > 0 && !builds.includes(fix.fixedBuild))
    found.push({ ...told, kb: fix.kb, field: 'fixedBuild', catalogue: builds.join(', '), opinion: fix.fixedBuild });
  const superseded = new Set(published.flatMap(({ supersedes }) => supersedes));
  const others = fix.supersedes.filter((kb) => !superseded.has(kb));
  if (others.length > 0) {
    const said = [...superseded].join(', ') || null;
    found.push({ ...told, kb: fix.kb, field: 'supersedes', catalogue: said, opinion: fix.supersedes.join(', ') });
  }
  return found;
}

function compareRatings(
  catalogue: Catalogue,
  told: Told,
  { severity, baseScore }: Pick<SugOpinion, 'severity' | 'baseScore'>,
): readonly Disagreement[] {
  const product = told.productId === null ? undefined : catalogue.findProduct(told.productId);
  const vulnerabilities = told.cve === null ? [] : catalogue.vulnerabilitiesNamed(told.cve);
  if (product === undefined || vulnerabilities.length === 0) return [];
  const ratings = Ratings.of(catalogue);
  const sets = new ProductSets(catalogue, [product]);
  const severities = vulnerabilities.flatMap((each) => ratings.worstSeverity(each, sets) ?? []);
  const scores = vulnerabilities.flatMap((each) => ratings.highestScore(each, sets)?.baseScore ?? []);
  const found: Disagreement[] = [];
  if (severity !== null && severities.length > 0 && !severities.includes(severity))
    found.push({ ...told, kb: null, field: 'severity', catalogue: severities.join(', '), opinion: severity });
  if (baseScore !== null && scores.length > 0 && !scores.includes(baseScore))
    found.push({ ...told, kb: null, field: 'baseScore', catalogue: scores.join(', '), opinion: String(baseScore) });
  return found;
}

function compareDeployment(catalogue: Catalogue, row: SugDeployment): readonly Disagreement[] {
  const { kb, productId, product, releasedOn, supersedes } = row;
  const told: Told = { source: 'msrc-sug', date: releasedOn, cve: null, productId, product };
  const index = catalogue.findProduct(productId);
  const { start, end } = catalogue.fixesOfKb(kb);
  const published: PublishedFix[] = [];
  for (let fix = start; fix < end; fix += 1)
    if (index !== undefined && catalogue.productsOfSet(catalogue.fixProductSet(fix)).includes(index))
      published.push(catalogue.remediation(catalogue.fixRemediation(fix)));
  if (published.length === 0) return [{ ...told, kb, field: 'fix', catalogue: null, opinion: kb }];
  return compareFix(told, { kb, fixedBuild: '', supersedes }, published);
}

function compareAdvisory(catalogue: Catalogue, advisory: CsafAdvisory): readonly Disagreement[] {
  const { cve, revisedAt } = advisory;
  const told = { source: 'csaf', date: revisedAt, cve } as const;
  if (catalogue.vulnerabilitiesNamed(cve).length === 0) return [unknown({ ...told, productId: null, product: '' })];
  return advisory.fixes.flatMap(({ productId, product, kb, fixedBuild }): readonly Disagreement[] => {
    if (productId === null) return [];
    const published = fixesOn(catalogue, cve, productId).filter((fix) => kb === null || fix.kb === kb);
    const place: Told = { ...told, productId, product };
    if (published.length === 0) return [{ ...place, kb, field: 'fix', catalogue: null, opinion: kb ?? fixedBuild }];
    const builds = [...new Set(published.map((fix) => fix.fixedBuild))];
    if (fixedBuild === '' || builds.includes(fixedBuild)) return [];
    return [{ ...place, kb, field: 'fixedBuild', catalogue: builds.join(', '), opinion: fixedBuild }];
  });
}

function unknown(told: Told): Disagreement {
  return { ...told, kb: null, field: 'vulnerability', catalogue: null, opinion: told.cve };
}

interface PublishedFix {
  readonly kb: KbNumber | null;
  readonly fixedBuild: string;
  readonly supersedes: readonly KbNumber[];
}

function fixesOn(catalogue: Catalogue, cve: VulnerabilityId, productId: ProductId): readonly PublishedFix[] {
  const product = catalogue.findProduct(productId);
  if (product === undefined) return [];
  return [...catalogue.rowsOfVulnerability(cve)]
    .filter((row) => catalogue.rowProducts(row).includes(product))
    .map((row) => catalogue.remediation(catalogue.rowRemediation(row)));
}
