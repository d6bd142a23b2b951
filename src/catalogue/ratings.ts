import type { KbNumber } from '../terms/kb-number.ts';
import { severities } from './advisory-document.ts';
import type { Severity } from './advisory-document.ts';
import type { Catalogue } from './catalogue.ts';
import { Groups } from './groups.ts';
import { knownIssueUrl } from './known-issue-url.ts';

/** A CVSS rating as MSRC gives it. */
export interface CvssScore {
  /** 0 to 10 with one decimal. */
  readonly baseScore: number;
  readonly vector: string;
}

/** How bad the published vulnerabilities are, and what is known to go wrong with updates: nothing that a verdict needs. */
export class Ratings {
  readonly #catalogue: Catalogue;
  readonly #scoresOf: Groups | undefined;
  readonly #severitiesOf: Groups;
  #issues: ReadonlyMap<number, readonly string[]> | undefined;

  private constructor(catalogue: Catalogue) {
    const { columns } = catalogue.compiled;
    this.#catalogue = catalogue;
    // Catalogues that an older kbgap compiled have no scores.
    this.#scoresOf =
      columns.scoreVulnerability && Groups.byKey(columns.scoreVulnerability, catalogue.vulnerabilityCount);
    this.#severitiesOf = Groups.byKey(columns.severityVulnerability, catalogue.vulnerabilityCount);
  }

  /** Made at the first question and kept with the catalogue. */
  static of(catalogue: Catalogue): Ratings {
    return catalogue.once(Ratings, () => new Ratings(catalogue));
  }

  /** Whether the catalogue has scores and known issues at all. */
  get hasScores(): boolean {
    return this.#scoresOf !== undefined;
  }

  /** The highest score of a vulnerability on these products; `undefined` where it has none. */
  highestScore(vulnerability: number, products: ProductSets): CvssScore | undefined {
    const { scoreSet } = this.#catalogue.compiled.columns;
    for (const row of this.#scoresOf?.of(vulnerability) ?? []) {
      const set = scoreSet?.[row] ?? 0;
      if (set === 0 ? products.any : products.holds(set - 1)) return this.#score(row);
    }
    return undefined;
  }

  /** The worst severity of a vulnerability on these products. */
  worstSeverity(vulnerability: number, products: ProductSets): Severity | undefined {
    const { severityLevel, severitySet } = this.#catalogue.compiled.columns;
    let worst: number | undefined;
    for (const row of this.#severitiesOf.of(vulnerability)) {
      const level = severityLevel[row] ?? 0;
      if (level < (worst ?? severities.length) && products.holds(severitySet[row] ?? 0)) worst = level;
    }
    return worst === undefined ? undefined : severities[worst];
  }

  /** Highest first. */
  scores(vulnerability: number): readonly CvssScore[] {
    return Array.from(this.#scoresOf?.of(vulnerability) ?? [], (row) => this.#score(row));
  }

  #score(row: number): CvssScore {
    const { head, columns } = this.#catalogue.compiled;
    const vector = head.scoreVectors?.[columns.scoreVector?.[row] ?? 0] ?? '';
    return { baseScore: (columns.scoreTenths?.[row] ?? 0) / 10, vector };
  }

  /** Every product for which a severity is given. */
  ratedProducts(vulnerability: number): readonly number[] {
    const { severitySet } = this.#catalogue.compiled.columns;
    const sets = Array.from(this.#severitiesOf.of(vulnerability), (row) => severitySet[row] ?? 0);
    return sets.flatMap((set) => [...this.#catalogue.productsOfSet(set)]);
  }

  /** Whether MSRC says `Exploited:Yes`. */
  isExploited(vulnerability: number): boolean {
    return this.#catalogue.compiled.columns.vulnerabilityExploited[vulnerability] === 1;
  }

  /** Support articles on known issues of an update, sorted, over all documents. */
  knownIssues(kb: KbNumber): readonly string[] {
    this.#issues ??= this.#readIssues();
    return this.#issues.get(Number(kb)) ?? [];
  }

  #readIssues(): ReadonlyMap<number, readonly string[]> {
    const { head, columns } = this.#catalogue.compiled;
    const byKb = new Map<number, Set<string>>();
    columns.knownIssueKb?.forEach((kb, row) => {
      const url = columns.knownIssueUrl?.[row] ?? 0;
      const text = url === 0 ? knownIssueUrl(String(kb) as KbNumber) : (head.knownIssueUrls?.[url - 1] ?? '');
      const urls = byKb.get(kb);
      if (urls === undefined) byKb.set(kb, new Set([text]));
      else urls.add(text);
    });
    return new Map([...byKb].map(([kb, urls]) => [kb, [...urls].sort()]));
  }
}

/** Tells which of the catalogue's sets of products hold one of these; each set is looked at once. */
export class ProductSets {
  /** Whether there are products at all. */
  readonly any: boolean;
  readonly #holds: readonly ((set: number) => boolean)[];
  readonly #known = new Map<number, boolean>();

  constructor(catalogue: Catalogue, products: readonly number[]) {
    this.any = products.length > 0;
    this.#holds = products.map((product) => catalogue.holdsProduct(product));
  }

  holds(set: number): boolean {
    let known = this.#known.get(set);
    if (known === undefined) {
      known = this.#holds.some((holds) => holds(set));
      this.#known.set(set, known);
    }
    return known;
  }
}
