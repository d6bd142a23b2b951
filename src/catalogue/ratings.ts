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

/** A rating with the products it is for; `null`: all of the vulnerability's. */
export interface Rated<Rating> {
  readonly rating: Rating;
  readonly products: Int32Array | null;
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

  /** The highest score of a vulnerability on any of these products; `undefined` where it has none. */
  highestScore(vulnerability: number, products: readonly number[]): CvssScore | undefined {
    return this.scores(vulnerability).find(({ products: rated }) => isFor(rated, products))?.rating;
  }

  /** The worst severity of a vulnerability on any of these products. */
  worstSeverity(vulnerability: number, products: readonly number[]): Severity | undefined {
    return this.severities(vulnerability).find(({ products: rated }) => isFor(rated, products))?.rating;
  }

  /** Highest first. */
  scores(vulnerability: number): readonly Rated<CvssScore>[] {
    const { head, columns } = this.#catalogue.compiled;
    return Array.from(this.#scoresOf?.of(vulnerability) ?? [], (row) => {
      const set = columns.scoreSet?.[row] ?? 0;
      const vector = head.scoreVectors?.[columns.scoreVector?.[row] ?? 0] ?? '';
      const rating = { baseScore: (columns.scoreTenths?.[row] ?? 0) / 10, vector };
      return { rating, products: set === 0 ? null : this.#catalogue.productsOfSet(set - 1) };
    });
  }

  /** Worst first. */
  severities(vulnerability: number): readonly Rated<Severity>[] {
    const { columns } = this.#catalogue.compiled;
    const rows = [...this.#severitiesOf.of(vulnerability)];
    rows.sort((a, b) => (columns.severityLevel[a] ?? 0) - (columns.severityLevel[b] ?? 0));
    return rows.map((row) => ({
      rating: severities[columns.severityLevel[row] ?? 0] ?? 'Low',
      products: this.#catalogue.productsOfSet(columns.severitySet[row] ?? 0),
    }));
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

function isFor(rated: Int32Array | null, products: readonly number[]): boolean {
  return rated === null || products.some((product) => rated.includes(product));
}
