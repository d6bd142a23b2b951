import type { KbNumber } from '../terms/kb-number.ts';
import { platformOf } from '../terms/product-id.ts';
import type { ProductId } from '../terms/product-id.ts';
import type { ReleaseId } from '../terms/release-id.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import { severities } from './advisory-document.ts';
import type { DocumentCounts, Severity } from './advisory-document.ts';
import { unpackCatalogue } from './catalogue-format.ts';
import type { CatalogueColumns, CatalogueHead, CompiledCatalogue, UnpackedCatalogue } from './catalogue-format.ts';
import { catalogueSearchUrl } from './catalogue-search-url.ts';
import type { Corrections } from './corrections.ts';
import { Groups } from './groups.ts';

/** One monthly CVRF document of the catalogue. Instants are UTC, ISO 8601. */
export interface ReleaseDocument {
  readonly id: ReleaseId;
  /** As published: `March 2020 Security Updates`, or with "Early" in drafts. */
  readonly title: string;
  readonly initialReleaseAt: string;
  readonly currentReleaseAt: string;
  /** `sha256:…` of the document's bytes before compression. */
  readonly hash: string;
  readonly counts: DocumentCounts;
}

/** How far a catalogue reaches. */
export interface CatalogueReach {
  /** Newest document that is no draft: it has a KB of Windows. */
  readonly newestRelease: ReleaseId | null;
  /** When it was first published, UTC date. */
  readonly newestReleasedOn: string | null;
  /** Latest CurrentReleaseDate among such documents. */
  readonly currentTo: string | null;
}

/** Summary for `catalog info`, `/v1/status` and the head of an assessment. */
export interface CatalogueSummary extends CatalogueReach {
  /** `sha256:…` over the uncompressed catalogue. */
  readonly id: string;
}

export interface Product {
  readonly id: ProductId;
  readonly name: string;
  readonly family: string | null;
}

/** One way to fix: what a Vendor Fix row says apart from its vulnerability and products. */
export interface Remediation {
  readonly kb: KbNumber | null;
  readonly description: string;
  readonly subType: string;
  readonly fixedBuild: string;
  readonly supersedes: readonly KbNumber[];
  readonly url: string;
  readonly restartRequired: string;
}

/** The document that names an update, and when it was released (UTC date). */
export interface UpdateRelease {
  readonly document: ReleaseDocument;
  readonly releaseId: ReleaseId;
  /** `2020-03-10`: what an as-of date is held against. */
  readonly releasedOn: string;
}

/** What the verdict engine reads for every row: plain fields, where the other columns unpack themselves when asked for. */
type HotColumn =
  | 'fixVulnerability'
  | 'fixRemediation'
  | 'fixSet'
  | 'remediationKb'
  | 'vulnerabilityYear'
  | 'vulnerabilityNumber'
  | 'vulnerabilityDocument';

function hotColumns(columns: CatalogueColumns): Pick<CatalogueColumns, HotColumn> {
  return {
    fixVulnerability: columns.fixVulnerability,
    fixRemediation: columns.fixRemediation,
    fixSet: columns.fixSet,
    remediationKb: columns.remediationKb,
    vulnerabilityYear: columns.vulnerabilityYear,
    vulnerabilityNumber: columns.vulnerabilityNumber,
    vulnerabilityDocument: columns.vulnerabilityDocument,
  };
}

/**
 * What Microsoft published, as one immutable model. Products, vulnerabilities, remediations and documents are numbered
 * from 0, and the look-ups speak in these numbers: the verdict engine walks them without making objects.
 */
export class Catalogue {
  readonly documents: readonly ReleaseDocument[];
  private readonly findId: () => string;
  private readonly head: CatalogueHead;
  private readonly columns: CatalogueColumns;
  private readonly hot: Pick<CatalogueColumns, HotColumn>;
  private readonly corrections: Corrections;
  private readonly setItems: Groups;
  private readonly listItems: Groups;
  private readonly fixes: Groups;
  private readonly fixOfRow: Int32Array;
  private readonly remediationCache: (Remediation | undefined)[] = [];
  private readonly releaseCache = new Map<KbNumber, UpdateRelease>();
  private readonly derived = new Map<unknown, unknown>();
  private askedForSets = 0;

  constructor(compiled: UnpackedCatalogue, corrections: Corrections) {
    this.findId = compiled.findId;
    this.head = compiled.head;
    this.columns = compiled.columns;
    this.hot = hotColumns(compiled.columns);
    this.corrections = corrections;
    this.documents = compiled.head.documents.map((document) => ({ ...document, id: document.id as ReleaseId }));
    this.setItems = Groups.fromLengths(compiled.columns.setLength, compiled.columns.setItem);
    this.listItems = Groups.fromLengths(compiled.columns.listLength, compiled.columns.listItem);
    this.fixes = Groups.fromLengths(compiled.columns.fixLength, compiled.columns.fixVulnerability);
    this.fixOfRow = this.fixes.owners();
  }

  /** @throws {CatalogueFileError} where the bytes are no compiled catalogue. */
  static fromBytes(bytes: Uint8Array, corrections: Corrections): Catalogue {
    return new Catalogue(unpackCatalogue(bytes), corrections);
  }

  /** `sha256:…` over the uncompressed content. */
  get id(): string {
    return this.findId();
  }

  get productCount(): number {
    return this.head.productIds.length;
  }

  /** Of the rows that hold a distinct vulnerability, remediation and set of products. */
  get rowCount(): number {
    return this.hot.fixVulnerability.length;
  }

  /** Vulnerabilities, counted once per document that names them. */
  get vulnerabilityCount(): number {
    return this.hot.vulnerabilityDocument.length;
  }

  product(index: number): Product {
    const family = this.columns.productFamily[index] ?? 0;
    return {
      id: (this.head.productIds[index] ?? '') as ProductId,
      name: this.head.productNames[index] ?? '',
      family: family === 0 ? null : (this.head.families[family - 1] ?? null),
    };
  }

  findProduct(id: ProductId): number | undefined {
    return this.once('products', () => new Map(this.head.productIds.map((each, index) => [each, index]))).get(id);
  }

  productName(index: number): string {
    return this.head.productNames[index] ?? '';
  }

  /** Components that are published for this platform: `Internet Explorer 11 on …`. */
  componentsOn(platform: ProductId): readonly number[] {
    const components = this.once('components', () => {
      const byPlatform = new Map<string, number[]>();
      this.head.productIds.forEach((id, index) => {
        const on = platformOf(id as ProductId);
        if (on === undefined) return;
        const list = byPlatform.get(on);
        if (list === undefined) byPlatform.set(on, [index]);
        else list.push(index);
      });
      return byPlatform;
    });
    return components.get(platform) ?? [];
  }

  /** Fixes for this product, ascending: by KB and remediation. */
  fixesOfProduct(product: number): readonly number[] {
    const bits = this.bitsOfSetsWith(product);
    const { fixSet } = this.hot;
    const fixes: number[] = [];
    for (let fix = 0; fix < fixSet.length; fix += 1) if (isSet(bits, fixSet[fix] ?? 0)) fixes.push(fix);
    return fixes;
  }

  /** Whether any Vendor Fix is for this product; told of all products at once, at the first question. */
  hasFixes(product: number): boolean {
    const fixed = this.once('productsWithFixes', () => {
      const found = new Uint8Array(this.productCount);
      for (const set of new Set(this.hot.fixSet)) for (const each of this.setItems.of(set)) found[each] = 1;
      return found;
    });
    return fixed[product] === 1;
  }

  /** Rows with a Vendor Fix for this product, ascending: by KB, remediation and set of products, then vulnerability. */
  rowsOfProduct(product: number): Int32Array {
    const rows: number[] = [];
    for (const fix of this.fixesOfProduct(product)) {
      const end = this.firstRow(fix + 1);
      for (let row = this.firstRow(fix); row < end; row += 1) rows.push(row);
    }
    return Int32Array.from(rows);
  }

  /** A one-shot run asks for a handful of products: looking through the sets beats turning all of them round. */
  private setsWith(product: number): Iterable<number> {
    this.askedForSets += 1;
    if (this.askedForSets <= 64) return this.setItems.with(product);
    return this.once('setsOfProduct', () => this.setItems.inverted(this.productCount)).of(product);
  }

  /** Fixes stand by remediation, and remediations by KB: those of one KB are a stretch, up to but without `end`. */
  fixesOfKb(kb: KbNumber): { readonly start: number; readonly end: number } {
    const { remediationKb, fixRemediation } = this.hot;
    const first = (number: number): number => firstAtLeast(fixRemediation, firstAtLeast(remediationKb, number));
    return { start: first(Number(kb)), end: first(Number(kb) + 1) };
  }

  rowsOfKb(kb: KbNumber): Int32Array {
    const { start, end } = this.fixesOfKb(kb);
    const from = this.firstRow(start);
    const rows = new Int32Array(this.firstRow(end) - from);
    for (let index = 0; index < rows.length; index += 1) rows[index] = from + index;
    return rows;
  }

  /** A fix is one remediation for one set of products; its rows, one per vulnerability, run up to the next one's first. */
  firstRow(fix: number): number {
    return this.fixes.start(fix);
  }

  fixRemediation(fix: number): number {
    return this.hot.fixRemediation[fix] ?? 0;
  }

  fixProductSet(fix: number): number {
    return this.hot.fixSet[fix] ?? 0;
  }

  /** The vulnerability's numbers, one per document that names it; empty where none does. */
  vulnerabilitiesNamed(id: VulnerabilityId): readonly number[] {
    const byNumber = this.once('vulnerabilitiesByNumber', () => {
      const found = new Map<number, number[]>();
      for (let index = 0; index < this.vulnerabilityCount; index += 1) {
        const key = (this.hot.vulnerabilityYear[index] ?? 0) * 10_000_000 + (this.hot.vulnerabilityNumber[index] ?? 0);
        const list = found.get(key);
        if (list === undefined) found.set(key, [index]);
        else list.push(index);
      }
      return found;
    });
    const [, year, number] = /^(?:CVE-(\d{4})-|ADV)(\d+)$/.exec(id) ?? [];
    const list = byNumber.get(Number(year ?? 0) * 10_000_000 + Number(number)) ?? [];
    return list.filter((index) => this.vulnerabilityId(index) === id);
  }

  rowsOfVulnerability(id: VulnerabilityId): Int32Array {
    const vulnerabilities = this.vulnerabilitiesNamed(id);
    if (vulnerabilities.length === 0) return new Int32Array();
    const rows = this.once('rowsOfVulnerability', () =>
      Groups.byKey(this.hot.fixVulnerability, this.vulnerabilityCount),
    );
    return rows.gather(vulnerabilities).sort();
  }

  rowVulnerability(row: number): number {
    return this.hot.fixVulnerability[row] ?? 0;
  }

  rowRemediation(row: number): number {
    return this.fixRemediation(this.fixOfRow[row] ?? 0);
  }

  /** Products of a row, ascending. */
  rowProducts(row: number): Int32Array {
    return this.setItems.of(this.fixProductSet(this.fixOfRow[row] ?? 0));
  }

  productsOfSet(set: number): Int32Array {
    return this.setItems.of(set);
  }

  /** Tells of a set of products whether it holds this one. */
  holdsProduct(product: number): (set: number) => boolean {
    const bits = this.bitsOfSetsWith(product);
    return (set) => isSet(bits, set);
  }

  private bitsOfSetsWith(product: number): Uint32Array {
    const known = this.once('bitsOfSets', () => new Map<number, Uint32Array>());
    let bits = known.get(product);
    if (bits === undefined) {
      bits = new Uint32Array((this.setItems.count >>> 5) + 1);
      for (const set of this.setsWith(product)) bits[set >>> 5] = (bits[set >>> 5] ?? 0) | (1 << (set & 31));
      known.set(product, bits);
    }
    return bits;
  }

  vulnerabilityId(index: number): VulnerabilityId {
    const year = this.hot.vulnerabilityYear[index] ?? 0;
    const number = String(this.hot.vulnerabilityNumber[index] ?? 0).padStart(
      this.columns.vulnerabilityDigits[index] ?? 4,
      '0',
    );
    return (year === 0 ? `ADV${number}` : `CVE-${year}-${number}`) as VulnerabilityId;
  }

  /** A number of its own for each CVE, the same in every document; `undefined` for an advisory. No text is made. */
  cveKey(vulnerability: number): number | undefined {
    const year = this.hot.vulnerabilityYear[vulnerability] ?? 0;
    return year === 0 ? undefined : year * 10_000_000 + (this.hot.vulnerabilityNumber[vulnerability] ?? 0);
  }

  /** Whether it is a `CVE-…`, told without making the text. */
  isCve(vulnerability: number): boolean {
    return (this.hot.vulnerabilityYear[vulnerability] ?? 0) !== 0;
  }

  vulnerabilityDocument(index: number): ReleaseDocument {
    return this.documentAt(this.hot.vulnerabilityDocument[index] ?? 0);
  }

  /** MSRC's severity of the vulnerability on this product; `undefined` where none is given. */
  severity(vulnerability: number, product: number): Severity | undefined {
    const rows = this.once('severities', () =>
      Groups.byKey(this.columns.severityVulnerability, this.vulnerabilityCount),
    );
    for (const row of rows.of(vulnerability)) {
      const set = this.columns.severitySet[row] ?? 0;
      if (this.setItems.of(set).includes(product)) return severities[this.columns.severityLevel[row] ?? 0];
    }
    return undefined;
  }

  /** KB of a remediation as a number, 0 where it has none: the engine's fast path. */
  remediationKb(index: number): number {
    return this.hot.remediationKb[index] ?? 0;
  }

  /** With its fixed build corrected where that is known to be wrong. */
  remediation(index: number): Remediation {
    const cached = this.remediationCache[index];
    if (cached !== undefined) return cached;
    const remediation = new PublishedRemediation(this.head, this.columns, this.listItems, this.corrections, index);
    this.remediationCache[index] = remediation;
    return remediation;
  }

  /** Every KB that some Vendor Fix row names, ascending. */
  get kbs(): readonly KbNumber[] {
    return Array.from(this.columns.kb, (number) => String(number) as KbNumber);
  }

  hasKb(kb: KbNumber): boolean {
    return this.releaseDocumentIndex(kb) !== undefined;
  }

  /**
   * The document in which the KB fixes most CVEs (on a tie the latest), unless a correction names another.
   * `undefined` for a KB that no Vendor Fix row names.
   */
  findRelease(kb: KbNumber): UpdateRelease | undefined {
    const cached = this.releaseCache.get(kb);
    if (cached !== undefined) return cached;
    const index = this.releaseDocumentIndex(kb);
    if (index === undefined) return undefined;
    const published = this.documentAt(index);
    const correction = this.corrections.release(kb, published.id);
    const document = correction === undefined ? published : (this.findDocument(correction.releaseId) ?? published);
    const release: UpdateRelease = {
      document,
      releaseId: correction?.releaseId ?? document.id,
      releasedOn: correction?.releasedOn ?? document.initialReleaseAt.slice(0, 10),
    };
    this.releaseCache.set(kb, release);
    return release;
  }

  findDocument(id: string): ReleaseDocument | undefined {
    return this.documents.find((document) => document.id.toLowerCase() === id.toLowerCase());
  }

  /** Documents with a KB of Windows, in order of first release: the others are drafts or of other products only. */
  get completeDocuments(): readonly ReleaseDocument[] {
    return this.once('completeDocuments', () => this.documents.filter(({ counts }) => counts.windowsKbRows > 0));
  }

  get reach(): CatalogueReach {
    const complete = this.completeDocuments;
    const currentTo = complete.map(({ currentReleaseAt }) => currentReleaseAt).sort();
    const newest = complete.at(-1);
    return {
      newestRelease: newest?.id ?? null,
      newestReleasedOn: newest?.initialReleaseAt.slice(0, 10) ?? null,
      currentTo: currentTo.at(-1) ?? null,
    };
  }

  get summary(): CatalogueSummary {
    return { id: this.id, ...this.reach };
  }

  /** The numbered parts as they stand in the file: what a later import rebuilds the documents from. */
  get compiled(): CompiledCatalogue {
    return { head: this.head, columns: this.columns };
  }

  /** A value that is reckoned from the catalogue once and kept with it, by a key of the caller's own. */
  once<T>(key: unknown, make: () => T): T {
    if (!this.derived.has(key)) this.derived.set(key, make());
    return this.derived.get(key) as T;
  }

  private documentAt(index: number): ReleaseDocument {
    const document = this.documents[index];
    if (document === undefined) throw new RangeError(`document ${index} of ${this.documents.length}`);
    return document;
  }

  private releaseDocumentIndex(kb: KbNumber): number | undefined {
    const { kb: kbs, kbDocument } = this.columns;
    const place = firstAtLeast(kbs, Number(kb));
    return kbs[place] === Number(kb) ? kbDocument[place] : undefined;
  }
}

function isSet(bits: Uint32Array, index: number): boolean {
  return (((bits[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

/** The first place in an ascending column whose value is `least` or more. */
function firstAtLeast(column: Int32Array, least: number): number {
  let from = 0;
  let to = column.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((column[middle] ?? 0) < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A remediation as published, but for its fixed build where that is known to be wrong. Most of it is seldom asked for. */
class PublishedRemediation implements Remediation {
  readonly kb: KbNumber | null;
  readonly subType: string;
  readonly fixedBuild: string;
  private readonly head: CatalogueHead;
  private readonly columns: CatalogueColumns;
  private readonly lists: Groups;
  private readonly index: number;
  private superseded: readonly KbNumber[] | undefined;

  constructor(head: CatalogueHead, columns: CatalogueColumns, lists: Groups, corrections: Corrections, index: number) {
    const number = columns.remediationKb[index] ?? 0;
    const published = head.fixedBuilds[columns.remediationFixedBuild[index] ?? 0] ?? '';
    this.kb = number === 0 ? null : (String(number) as KbNumber);
    this.subType = head.subTypes[columns.remediationSubType[index] ?? 0] ?? '';
    this.fixedBuild = this.kb === null ? published : corrections.fixedBuild(this.kb, published);
    this.head = head;
    this.columns = columns;
    this.lists = lists;
    this.index = index;
  }

  get description(): string {
    return this.head.descriptions[this.columns.remediationDescription[this.index] ?? 0] ?? '';
  }

  get supersedes(): readonly KbNumber[] {
    this.superseded ??= Array.from(
      this.lists.of(this.columns.remediationList[this.index] ?? 0),
      (item) => String(item) as KbNumber,
    );
    return this.superseded;
  }

  get url(): string {
    const url = this.columns.remediationUrl[this.index] ?? 0;
    if (url !== 0) return this.head.urls[url - 1] ?? '';
    return this.kb === null ? '' : catalogueSearchUrl(this.kb);
  }

  get restartRequired(): string {
    return this.head.restarts[this.columns.remediationRestart[this.index] ?? 0] ?? '';
  }
}
