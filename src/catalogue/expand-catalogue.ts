import type { KbNumber } from '../terms/kb-number.ts';
import type { ProductId } from '../terms/product-id.ts';
import type { ReleaseId } from '../terms/release-id.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import { severities } from './advisory-document.ts';
import type {
  AdvisoryDocument,
  AdvisoryProduct,
  AdvisoryRemediation,
  AdvisoryScore,
  AdvisoryVulnerability,
  KnownIssue,
} from './advisory-document.ts';
import type { CompiledCatalogue } from './catalogue-format.ts';
import { catalogueSearchUrl } from './catalogue-search-url.ts';
import { Groups } from './groups.ts';
import { knownIssueUrl } from './known-issue-url.ts';

/**
 * The documents that a catalogue was compiled from, so that some of them can be replaced and the rest compiled again
 * without reading them anew. Compiling what comes out gives the same catalogue.
 */
export function expandCatalogue(compiled: CompiledCatalogue): readonly AdvisoryDocument[] {
  const expander = new Expander(compiled);
  return compiled.head.documents.map((_, index) => expander.document(index));
}

/** The same, but what documents hold is expanded when it is first asked for: often only their dates and counts are. */
export function expandLate(compiled: CompiledCatalogue): readonly AdvisoryDocument[] {
  let expanded: readonly AdvisoryDocument[] | undefined;
  return compiled.head.documents.map((head, index) => {
    const whole = (): AdvisoryDocument => {
      expanded ??= expandCatalogue(compiled);
      return expanded[index] as AdvisoryDocument;
    };
    return {
      ...head,
      id: head.id as ReleaseId,
      get products() {
        return whole().products;
      },
      get vulnerabilities() {
        return whole().vulnerabilities;
      },
      get knownIssues() {
        return whole().knownIssues ?? [];
      },
    };
  });
}

class Expander {
  private readonly compiled: CompiledCatalogue;
  private readonly sets: readonly (readonly ProductId[])[];
  private readonly remediations: readonly Omit<AdvisoryRemediation, 'products'>[];
  private readonly vulnerabilitiesOf: Groups;
  private readonly rowsOf: Groups;
  private readonly fixOfRow: Int32Array;
  private readonly severitiesOf: Groups;
  private readonly namedBy: Groups;
  private readonly scoresOf: Groups | undefined;
  private readonly issuesOf: Groups | undefined;
  /** One for each fix: its rows share it, as the compiler knows. */
  private readonly rowsOfFixes: AdvisoryRemediation[] = [];

  constructor(compiled: CompiledCatalogue) {
    const { head, columns } = compiled;
    const items = Groups.fromLengths(columns.setLength, columns.setItem);
    const vulnerabilityCount = columns.vulnerabilityDocument.length;
    this.compiled = compiled;
    this.sets = Array.from({ length: items.count }, (_, set) =>
      Array.from(items.of(set), (product) => (head.productIds[product] ?? '') as ProductId),
    );
    this.remediations = readRemediations(compiled);
    this.vulnerabilitiesOf = Groups.byKey(columns.vulnerabilityDocument, head.documents.length);
    this.rowsOf = Groups.byKey(columns.fixVulnerability, vulnerabilityCount);
    this.fixOfRow = Groups.fromLengths(columns.fixLength, columns.fixVulnerability).owners();
    this.severitiesOf = Groups.byKey(columns.severityVulnerability, vulnerabilityCount);
    this.namedBy = Groups.byKey(columns.productNamedBy, head.documents.length);
    this.scoresOf =
      columns.scoreVulnerability === undefined
        ? undefined
        : Groups.byKey(columns.scoreVulnerability, vulnerabilityCount);
    this.issuesOf =
      columns.knownIssueDocument === undefined
        ? undefined
        : Groups.byKey(columns.knownIssueDocument, head.documents.length);
  }

  document(index: number): AdvisoryDocument {
    const { head } = this.compiled;
    const document = head.documents[index];
    if (document === undefined) throw new RangeError(`document ${index} of ${head.documents.length}`);
    const vulnerabilities = Array.from(this.vulnerabilitiesOf.of(index), (each) => this.vulnerability(each));
    return {
      ...document,
      id: document.id as ReleaseId,
      products: this.products(index, vulnerabilities),
      vulnerabilities,
      ...(this.issuesOf === undefined ? {} : { knownIssues: this.knownIssues(this.issuesOf.of(index)) }),
    };
  }

  /** Those that the document names last, and those that its rows need: a later import may replace the naming one. */
  private products(index: number, vulnerabilities: readonly AdvisoryVulnerability[]): readonly AdvisoryProduct[] {
    const { head, columns } = this.compiled;
    const ids = new Set<string>(Array.from(this.namedBy.of(index), (product) => head.productIds[product] ?? ''));
    // Rows share their lists: each is looked through once.
    const lists = new Set(
      vulnerabilities.flatMap(({ remediations, severities, scores = [] }) =>
        [...remediations, ...severities, ...scores].map(({ products }) => products),
      ),
    );
    for (const products of lists) for (const id of products) ids.add(id);
    return [...ids].sort().map((id) => {
      const product = this.productIndex(id);
      const family = columns.productFamily[product] ?? 0;
      return {
        id: id as ProductId,
        name: head.productNames[product] ?? '',
        family: family === 0 ? null : (head.families[family - 1] ?? null),
      };
    });
  }

  private knownIssues(rows: Int32Array): readonly KnownIssue[] {
    const { head, columns } = this.compiled;
    return Array.from(rows, (row) => {
      const kb = String(columns.knownIssueKb?.[row] ?? 0) as KbNumber;
      const url = columns.knownIssueUrl?.[row] ?? 0;
      return { kb, url: url === 0 ? knownIssueUrl(kb) : (head.knownIssueUrls?.[url - 1] ?? '') };
    });
  }

  private scores(rows: Int32Array): readonly AdvisoryScore[] {
    const { head, columns } = this.compiled;
    return Array.from(rows, (row) => {
      const set = columns.scoreSet?.[row] ?? 0;
      return {
        baseScore: (columns.scoreTenths?.[row] ?? 0) / 10,
        vector: head.scoreVectors?.[columns.scoreVector?.[row] ?? 0] ?? '',
        products: set === 0 ? [] : (this.sets[set - 1] ?? []),
      };
    });
  }

  private indexById: ReadonlyMap<string, number> | undefined;

  private productIndex(id: string): number {
    this.indexById ??= new Map(this.compiled.head.productIds.map((each, index) => [each, index]));
    return this.indexById.get(id) ?? 0;
  }

  private vulnerability(index: number): AdvisoryVulnerability {
    const { columns } = this.compiled;
    const year = columns.vulnerabilityYear[index] ?? 0;
    const number = String(columns.vulnerabilityNumber[index] ?? 0).padStart(
      columns.vulnerabilityDigits[index] ?? 4,
      '0',
    );
    return {
      id: (year === 0 ? `ADV${number}` : `CVE-${year}-${number}`) as VulnerabilityId,
      exploited: columns.vulnerabilityExploited[index] === 1,
      severities: Array.from(this.severitiesOf.of(index), (row) => ({
        severity: severities[columns.severityLevel[row] ?? 0] ?? 'Low',
        products: this.sets[columns.severitySet[row] ?? 0] ?? [],
      })),
      ...(this.scoresOf === undefined ? {} : { scores: this.scores(this.scoresOf.of(index)) }),
      remediations: Array.from(this.rowsOf.of(index), (row) => this.remediation(row)),
    };
  }

  private remediation(row: number): AdvisoryRemediation {
    const { columns } = this.compiled;
    const fix = this.fixOfRow[row] ?? 0;
    const known = this.rowsOfFixes[fix];
    if (known !== undefined) return known;
    const remediation = this.remediations[columns.fixRemediation[fix] ?? 0];
    if (remediation === undefined) throw new RangeError(`row ${row} points at no remediation`);
    const made = { ...remediation, products: this.sets[columns.fixSet[fix] ?? 0] ?? [] };
    this.rowsOfFixes[fix] = made;
    return made;
  }
}

function readRemediations({ head, columns }: CompiledCatalogue): readonly Omit<AdvisoryRemediation, 'products'>[] {
  const lists = Groups.fromLengths(columns.listLength, columns.listItem);
  return Array.from(columns.remediationKb, (number, index) => {
    const kb = number === 0 ? null : (String(number) as KbNumber);
    const url = columns.remediationUrl[index] ?? 0;
    return {
      kb,
      description: head.descriptions[columns.remediationDescription[index] ?? 0] ?? '',
      subType: head.subTypes[columns.remediationSubType[index] ?? 0] ?? '',
      fixedBuild: head.fixedBuilds[columns.remediationFixedBuild[index] ?? 0] ?? '',
      supersedes: Array.from(lists.of(columns.remediationList[index] ?? 0), (item) => String(item) as KbNumber),
      url: url === 0 ? (kb === null ? '' : catalogueSearchUrl(kb)) : (head.urls[url - 1] ?? ''),
      restartRequired: head.restarts[columns.remediationRestart[index] ?? 0] ?? '',
    };
  });
}
