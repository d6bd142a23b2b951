import type { CatalogueColumns, CatalogueHead, CompiledCatalogue } from './catalogue-format.ts';
import { Groups } from './groups.ts';

/** One of two catalogues to be merged, and what of it stays. */
export class CatalogueSide {
  readonly head: CatalogueHead;
  readonly columns: CatalogueColumns;
  /** Place of each document in the result; -1 for the one that goes. */
  readonly documents: Int32Array;
  readonly setItems: Groups;
  readonly listItems: Groups;
  /** Remediation, set and vulnerability of the rows that stay, flat. */
  readonly rows: Int32Array;
  /** Vulnerability, severity and set of those that stay, flat. */
  readonly severityRows: Int32Array;
  /** Which rows of scores and of known issues stay. */
  readonly scores: number[] = [];
  readonly knownIssues: number[] = [];
  /** What these use, ascending. */
  readonly remediations: readonly number[];
  readonly sets: readonly number[];
  readonly lists: readonly number[];
  /** Of each product the last document that stays and names or uses it; -1 where none does. */
  readonly productDocuments: Int32Array;

  constructor({ head, columns }: CompiledCatalogue, placeOf: (document: number) => number) {
    this.head = head;
    this.columns = columns;
    this.documents = Int32Array.from(head.documents, (_, index) => placeOf(index));
    this.setItems = Groups.fromLengths(columns.setLength, columns.setItem);
    this.listItems = Groups.fromLengths(columns.listLength, columns.listItem);
    this.productDocuments = Int32Array.from(columns.productNamedBy, (document) => this.documents[document] ?? -1);
    const remediations = new Uint8Array(columns.remediationKb.length);
    const lastUse = new Int32Array(this.setItems.count).fill(-1);
    this.rows = this.collectRows(remediations, lastUse);
    this.severityRows = this.collectSeverities(lastUse);
    this.collectScores(lastUse);
    columns.knownIssueDocument?.forEach((document, row) => {
      if (this.documents[document] !== -1) this.knownIssues.push(row);
    });
    this.remediations = placesOf(remediations);
    this.sets = placesOf(Uint8Array.from(lastUse, (document) => (document === -1 ? 0 : 1)));
    const lists = new Uint8Array(this.listItems.count);
    for (const each of this.remediations) lists[columns.remediationList[each] ?? 0] = 1;
    this.lists = placesOf(lists);
    this.adoptProducts(lastUse);
  }

  documentOf(vulnerability: number): number {
    return this.documents[this.columns.vulnerabilityDocument[vulnerability] ?? 0] ?? -1;
  }

  private collectRows(remediations: Uint8Array, lastUse: Int32Array): Int32Array {
    const { fixRemediation, fixSet, fixLength, fixVulnerability } = this.columns;
    const rows = new Int32Array(fixVulnerability.length * 3);
    let length = 0;
    let row = 0;
    for (let fix = 0; fix < fixLength.length; fix += 1) {
      const remediation = fixRemediation[fix] ?? 0;
      const set = fixSet[fix] ?? 0;
      for (const end = row + (fixLength[fix] ?? 0); row < end; row += 1) {
        const vulnerability = fixVulnerability[row] ?? 0;
        const document = this.documentOf(vulnerability);
        if (document === -1) continue;
        rows[length++] = remediation;
        rows[length++] = set;
        rows[length++] = vulnerability;
        remediations[remediation] = 1;
        if (document > (lastUse[set] ?? -1)) lastUse[set] = document;
      }
    }
    return rows.subarray(0, length);
  }

  private collectSeverities(lastUse: Int32Array): Int32Array {
    const { severityVulnerability, severityLevel, severitySet } = this.columns;
    const rows = new Int32Array(severityVulnerability.length * 3);
    let length = 0;
    severityVulnerability.forEach((vulnerability, row) => {
      const document = this.documentOf(vulnerability);
      if (document === -1) return;
      const set = severitySet[row] ?? 0;
      rows[length++] = vulnerability;
      rows[length++] = severityLevel[row] ?? 0;
      rows[length++] = set;
      if (document > (lastUse[set] ?? -1)) lastUse[set] = document;
    });
    return rows.subarray(0, length);
  }

  private collectScores(lastUse: Int32Array): void {
    const { scoreVulnerability, scoreSet } = this.columns;
    scoreVulnerability?.forEach((vulnerability, row) => {
      const document = this.documentOf(vulnerability);
      if (document === -1) return;
      this.scores.push(row);
      const set = (scoreSet?.[row] ?? 0) - 1; // -1: all products
      if (set !== -1 && document > (lastUse[set] ?? -1)) lastUse[set] = document;
    });
  }

  /** A product that the document that goes named last is named by the last of the others that use it. */
  private adoptProducts(lastUse: Int32Array): void {
    const orphans = new Set(placesOf(Uint8Array.from(this.productDocuments, (document) => (document === -1 ? 1 : 0))));
    if (orphans.size === 0) return;
    for (const set of this.sets) {
      const document = lastUse[set] ?? -1;
      for (const product of this.setItems.of(set)) {
        if (orphans.has(product) && document > (this.productDocuments[product] ?? -1))
          this.productDocuments[product] = document;
      }
    }
  }
}

/** Where the flags are 1, ascending. */
export function placesOf(flags: Uint8Array): readonly number[] {
  const places: number[] = [];
  flags.forEach((flag, place) => {
    if (flag === 1) places.push(place);
  });
  return places;
}
