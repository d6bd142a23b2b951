import type { KbNumber } from '../terms/kb-number.ts';
import { isCve } from '../terms/vulnerability-id.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import { severities } from './advisory-document.ts';
import type { AdvisoryDocument, AdvisoryRemediation, AdvisoryVulnerability } from './advisory-document.ts';
import type { CatalogueColumns, CompiledCatalogue } from './catalogue-format.ts';
import { catalogueSearchUrl } from './catalogue-search-url.ts';
import { Dictionary } from './dictionary.ts';
import type { SortedDictionary } from './dictionary.ts';
import { knownIssueUrl } from './known-issue-url.ts';
import { groupTriples, sortTriples } from './sorted-triples.ts';
import type { SortedTriples } from './sorted-triples.ts';

/**
 * Compiles documents into one catalogue. The order in which they come changes nothing: documents are sorted by first
 * release, rows by what they point at, and a product that two documents name differently has the newer one's name.
 */
export function compileCatalogue(documents: readonly AdvisoryDocument[]): CompiledCatalogue {
  const ordered = [...documents].sort(
    (a, b) => compareText(a.initialReleaseAt, b.initialReleaseAt) || compareText(a.id, b.id),
  );
  const compiler = new Compiler(ordered);
  ordered.forEach((document, index) => compiler.add(document, index));
  return compiler.finish();
}

interface NamedProduct {
  name: string;
  family: string | null;
  namedBy: number;
}

class Compiler {
  private readonly documents: readonly AdvisoryDocument[];
  private readonly products = new Map<string, NamedProduct>();
  private readonly productIds: readonly string[];
  private readonly productIndex: ReadonlyMap<string, number>;
  private readonly families = new Dictionary();
  private readonly descriptions = new Dictionary();
  private readonly subTypes = new Dictionary();
  private readonly fixedBuilds = new Dictionary();
  private readonly urls = new Dictionary();
  private readonly restarts = new Dictionary();
  private readonly scoreVectors = new Dictionary();
  private readonly knownIssueUrls = new Dictionary();
  private readonly sets = new Dictionary();
  private readonly lists = new Dictionary();
  private readonly knownSets = new Map<readonly string[], number>();
  private readonly remediations = new Dictionary();
  private readonly vulnerabilities: {
    readonly document: number;
    readonly id: VulnerabilityId;
    readonly exploited: boolean;
  }[] = [];
  private readonly severityRows: [vulnerability: number, level: number, set: number][] = [];
  /** `set` is one more than a set's number, 0 for all products. */
  private readonly scoreRows: (readonly [vulnerability: number, tenths: number, vector: number, set: number])[] = [];
  private readonly knownIssueRows: (readonly [document: number, kb: number, url: number])[] = [];
  private readonly knownRows = new Map<AdvisoryRemediation, number>();
  /** Vulnerability, remediation and set of one row after the other. */
  private readonly rows: number[] = [];
  private readonly cvesPerDocument = new Map<KbNumber, Map<number, number>>();

  constructor(documents: readonly AdvisoryDocument[]) {
    this.documents = documents;
    documents.forEach((document, index) => {
      for (const { id, name, family } of document.products) {
        this.products.set(id, { name, family: family ?? this.products.get(id)?.family ?? null, namedBy: index });
      }
    });
    this.productIds = [...this.products.keys()].sort(compareText);
    this.productIndex = new Map(this.productIds.map((id, index) => [id, index]));
  }

  add(document: AdvisoryDocument, index: number): void {
    const sorted = [...document.vulnerabilities].sort((a, b) => compareText(a.id, b.id));
    for (const vulnerability of sorted) {
      const at =
        this.vulnerabilities.push({ document: index, id: vulnerability.id, exploited: vulnerability.exploited }) - 1;
      for (const { severity, products } of vulnerability.severities) {
        this.severityRows.push([at, severities.indexOf(severity), this.setOf(products)]);
      }
      for (const { baseScore, vector, products } of vulnerability.scores ?? []) {
        const set = products.length === 0 ? 0 : this.setOf(products) + 1;
        this.scoreRows.push([at, Math.round(baseScore * 10), this.scoreVectors.add(vector), set]);
      }
      this.addRows(vulnerability, at, index);
    }
    for (const { kb, url } of document.knownIssues ?? [])
      this.knownIssueRows.push([index, Number(kb), url === knownIssueUrl(kb) ? 0 : this.knownIssueUrls.add(url) + 1]);
  }

  private addRows(vulnerability: AdvisoryVulnerability, at: number, document: number): void {
    const listsOf = new Map<number, (readonly string[])[]>();
    const kbs = new Set<KbNumber>();
    for (const row of vulnerability.remediations) {
      const remediation = this.remediationOf(row);
      const lists = listsOf.get(remediation);
      if (lists === undefined) listsOf.set(remediation, [row.products]);
      else lists.push(row.products);
      if (row.kb !== null) kbs.add(row.kb);
    }
    for (const [remediation, lists] of listsOf) this.rows.push(at, remediation, this.setOf(union(lists)));
    for (const kb of kbs) this.countCve(kb, document, isCve(vulnerability.id) ? 1 : 0);
  }

  /** A document names a vulnerability once. */
  private countCve(kb: KbNumber, document: number, cves: number): void {
    const documents = this.cvesPerDocument.get(kb) ?? new Map<number, number>();
    this.cvesPerDocument.set(kb, documents);
    documents.set(document, (documents.get(document) ?? 0) + cves);
  }

  /** Products are sorted. Rows of an expanded catalogue share their lists: each is looked at once. */
  private setOf(products: readonly string[]): number {
    let set = this.knownSets.get(products);
    if (set === undefined) {
      set = this.sets.add(products.map((id) => this.productIndex.get(id) ?? 0).join(' '));
      this.knownSets.set(products, set);
    }
    return set;
  }

  /** Rows of an expanded catalogue are shared too. */
  private remediationOf(row: AdvisoryRemediation): number {
    let remediation = this.knownRows.get(row);
    if (remediation === undefined) {
      remediation = this.addRemediation(row);
      this.knownRows.set(row, remediation);
    }
    return remediation;
  }

  private addRemediation(row: AdvisoryRemediation): number {
    const url = row.kb !== null && row.url === catalogueSearchUrl(row.kb) ? 0 : this.urls.add(row.url) + 1;
    const parts = [
      row.kb ?? 0,
      this.descriptions.add(row.description),
      this.subTypes.add(row.subType),
      this.fixedBuilds.add(row.fixedBuild),
      url,
      this.restarts.add(row.restartRequired),
      this.lists.add(row.supersedes.join(' ')),
    ];
    return this.remediations.add(parts.join(' '));
  }

  finish(): CompiledCatalogue {
    const named = this.productIds.map((id) => this.products.get(id) ?? { name: '', family: null, namedBy: 0 });
    const productFamily = named.map(({ family }) => (family === null ? 0 : this.families.add(family) + 1));
    // Dictionaries are sorted before they leave, so that the order of reading cannot show; everything is renumbered.
    const sets = this.sets.sortedAsNumbers();
    const lists = this.lists.sortedAsNumbers();
    const texts = {
      description: this.descriptions.sorted(compareText),
      subType: this.subTypes.sorted(compareText),
      fixedBuild: this.fixedBuilds.sorted(compareText),
      url: this.urls.sorted(compareText),
      restart: this.restarts.sorted(compareText),
      family: this.families.sorted(compareText),
      vector: this.scoreVectors.sorted(compareText),
      issue: this.knownIssueUrls.sorted(compareText),
    };
    const remediations = this.remediations.mapped((key) => {
      const [kb = 0, description = 0, subType = 0, fixedBuild = 0, url = 0, restart = 0, list = 0] = numbersOf(key);
      return [
        kb,
        texts.description.renumbered(description),
        texts.subType.renumbered(subType),
        texts.fixedBuild.renumbered(fixedBuild),
        url === 0 ? 0 : texts.url.renumbered(url - 1) + 1,
        texts.restart.renumbered(restart),
        lists.renumbered(list),
      ].join(' ');
    });
    const sortedRemediations = remediations.sortedAsNumbers();
    const remediationColumns = sortedRemediations.values.map(numbersOf);
    // By remediation, and those by KB: all rows of a KB stand together.
    const rows = this.sortedRows(sortedRemediations, sets);
    const fixes = groupTriples(rows);
    const severityRows = sortRows(this.severityRows.map(([v, level, s]) => [v, level, sets.renumbered(s)]));
    // In the order of the documents, as they are added: by vulnerability, the highest score first; by document and KB.
    const scoreRows = this.scoreRows.map(([v, tenths, vector, set]) => [
      v,
      tenths,
      texts.vector.renumbered(vector),
      set === 0 ? 0 : sets.renumbered(set - 1) + 1,
    ]);
    const issueRows = this.knownIssueRows.map(([document, kb, url]) => [
      document,
      kb,
      url === 0 ? 0 : texts.issue.renumbered(url - 1) + 1,
    ]);
    const kbs = [...this.cvesPerDocument.keys()].sort((a, b) => Number(a) - Number(b));
    const ids = this.vulnerabilities.map(({ id }) => splitId(id));
    const setLists = sets.values.map(numbersOf);
    const kbLists = lists.values.map(numbersOf);
    const columns: CatalogueColumns = {
      productFamily: Int32Array.from(productFamily, (family) =>
        family === 0 ? 0 : texts.family.renumbered(family - 1) + 1,
      ),
      productNamedBy: Int32Array.from(named, ({ namedBy }) => namedBy),
      setLength: Int32Array.from(setLists, (list) => list.length),
      setItem: Int32Array.from(setLists.flat()),
      listLength: Int32Array.from(kbLists, (list) => list.length),
      listItem: Int32Array.from(kbLists.flat()),
      remediationKb: columnAt(remediationColumns, 0),
      remediationDescription: columnAt(remediationColumns, 1),
      remediationSubType: columnAt(remediationColumns, 2),
      remediationFixedBuild: columnAt(remediationColumns, 3),
      remediationUrl: columnAt(remediationColumns, 4),
      remediationRestart: columnAt(remediationColumns, 5),
      remediationList: columnAt(remediationColumns, 6),
      vulnerabilityDocument: Int32Array.from(this.vulnerabilities, ({ document }) => document),
      vulnerabilityYear: columnAt(ids, 0),
      vulnerabilityNumber: columnAt(ids, 1),
      vulnerabilityDigits: columnAt(ids, 2),
      vulnerabilityExploited: Int32Array.from(this.vulnerabilities, ({ exploited }) => (exploited ? 1 : 0)),
      severityVulnerability: columnAt(severityRows, 0),
      severityLevel: columnAt(severityRows, 1),
      severitySet: columnAt(severityRows, 2),
      fixRemediation: fixes.first,
      fixSet: fixes.second,
      fixLength: fixes.length,
      fixVulnerability: rows.third,
      kb: Int32Array.from(kbs, Number),
      kbDocument: Int32Array.from(kbs, (kb) => this.releaseDocumentOf(kb)),
      scoreVulnerability: columnAt(scoreRows, 0),
      scoreTenths: columnAt(scoreRows, 1),
      scoreVector: columnAt(scoreRows, 2),
      scoreSet: columnAt(scoreRows, 3),
      knownIssueDocument: columnAt(issueRows, 0),
      knownIssueKb: columnAt(issueRows, 1),
      knownIssueUrl: columnAt(issueRows, 2),
    };
    return {
      head: {
        documents: this.documents.map(({ id, title, initialReleaseAt, currentReleaseAt, hash, counts }) => ({
          id,
          title,
          initialReleaseAt,
          currentReleaseAt,
          hash,
          counts,
        })),
        productIds: this.productIds,
        productNames: named.map(({ name }) => name),
        families: texts.family.values,
        descriptions: texts.description.values,
        subTypes: texts.subType.values,
        fixedBuilds: texts.fixedBuild.values,
        urls: texts.url.values,
        restarts: texts.restart.values,
        scoreVectors: texts.vector.values,
        knownIssueUrls: texts.issue.values,
      },
      columns,
    };
  }

  /** By remediation, set and vulnerability. */
  private sortedRows(remediations: SortedDictionary, sets: SortedDictionary): SortedTriples {
    const triples = new Int32Array(this.rows.length);
    for (let index = 0; index < triples.length; index += 3) {
      triples[index] = remediations.renumbered(this.rows[index + 1] ?? 0);
      triples[index + 1] = sets.renumbered(this.rows[index + 2] ?? 0);
      triples[index + 2] = this.rows[index] ?? 0;
    }
    return sortTriples([{ flat: triples }], { second: sets.values.length, third: this.vulnerabilities.length });
  }

  /** The document in which the KB fixes most CVEs; on a tie the latest. Documents stand in order of release. */
  private releaseDocumentOf(kb: KbNumber): number {
    let best = 0;
    let most = -1;
    for (const [document, cves] of this.cvesPerDocument.get(kb) ?? []) {
      if (cves > most || (cves === most && document > best)) {
        best = document;
        most = cves;
      }
    }
    return best;
  }
}

/** Of one list the list itself. */
function union(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = []] = lists;
  return lists.length === 1 ? first : [...new Set(lists.flat())].sort(compareText);
}

/** `CVE-2020-0796` → 2020, 796, 4; `ADV190003` → 0, 190003, 6. */
function splitId(id: VulnerabilityId): readonly number[] {
  if (!isCve(id)) return [0, Number(id.slice(3)), 6];
  const digits = id.slice(9);
  return [Number(id.slice(4, 8)), Number(digits), digits.length];
}

function columnAt(rows: readonly (readonly number[])[], index: number): Int32Array {
  return Int32Array.from(rows, (row) => row[index] ?? 0);
}

function sortRows(rows: [number, number, number][]): [number, number, number][] {
  return rows.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
}

function numbersOf(key: string): readonly number[] {
  return key === '' ? [] : key.split(' ').map(Number);
}

/** By code point, not by locale: the same everywhere. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
