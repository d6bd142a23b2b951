import { ProductList } from './product-list.ts';
import { addScore, addThreat, newWireDocument } from './wire.ts';
import type { WireDocument, WireProduct, WireRemediation, WireScore, WireThreat, WireVulnerability } from './wire.ts';

const vendorFix = 2;
const exploitStatus = 1;
const severity = 3;
/** 5 in what older clients of the API wrote. */
const knownIssues: readonly unknown[] = [6, 5];
/** The largest document has some 250,000. */
const mostValues = 3_000_000;
/** A field is cut here. */
const longestField = 4000;

/**
 * Reads a CVRF document from the API's JSON, where texts are `{ "Value": "…" }` and types are numbers.
 * Source: api.msrc.microsoft.com/cvrf/v3.0/cvrf/{id} with `Accept: application/json`.
 * @throws {Error} where the text is no JSON or no CVRF document.
 */
export function readJson(text: string): WireDocument {
  refuseCrowded(text);
  const root = asObject(JSON.parse(text));
  if (root === undefined || !('DocumentTracking' in root) || !('ProductTree' in root)) {
    throw new Error('expected a CVRF document in JSON (DocumentTracking, ProductTree, Vulnerability), got other JSON');
  }
  const tracking = asObject(root['DocumentTracking']) ?? {};
  const tree = asObject(root['ProductTree']) ?? {};
  const document = newWireDocument();
  document.id = textOf(asObject(tracking['Identification'])?.['ID']);
  document.title = textOf(root['DocumentTitle']);
  document.initialReleaseDate = textOf(tracking['InitialReleaseDate']);
  document.currentReleaseDate = textOf(tracking['CurrentReleaseDate']);
  readProducts(tree['FullProductName'], undefined, document.products);
  readBranches(tree['Branch'], undefined, document.products, 0);
  const noProducts = ProductList.empty();
  document.vulnerabilities = asList(root['Vulnerability']).map((value) =>
    readVulnerability(value, document, noProducts),
  );
  return document;
}

/** Objects, lists and values, counted before they take memory; brackets and commas of texts count too. */
function refuseCrowded(text: string): void {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x2c || code === 0x5b || code === 0x7b) count += 1;
  }
  if (count > mostValues) throw new Error(`expected JSON of at most ${mostValues} values, got about ${count}`);
}

function readBranches(value: unknown, family: string | undefined, into: WireProduct[], depth: number): void {
  if (depth > 50) throw new Error('product branches nest deeper than 50');
  for (const item of asList(value)) {
    const branch = asObject(item) ?? {};
    if ('ProductID' in branch) readProducts([branch], family, into);
    else {
      // The excerpts at hand do not show branch types in numbers: the innermost named branch is the family.
      const name = textOf(branch['Name']);
      readBranches(
        branch['Items'] ?? branch['Branch'],
        name === 'Microsoft' ? family : name || family,
        into,
        depth + 1,
      );
      readProducts(branch['FullProductName'], name || family, into);
    }
  }
}

function readProducts(value: unknown, family: string | undefined, into: WireProduct[]): void {
  for (const item of asList(value)) {
    const product = asObject(item) ?? {};
    into.push({ id: textOf(product['ProductID']), name: textOf(product['Value']), family });
  }
}

function readVulnerability(
  value: unknown,
  { knownIssues: issues }: WireDocument,
  noProducts: ProductList,
): WireVulnerability {
  const vulnerability = asObject(value) ?? {};
  const threats: WireThreat[] = [];
  for (const item of asList(vulnerability['Threats'])) {
    const threat = asObject(item) ?? {};
    const type =
      threat['Type'] === severity ? 'Severity' : threat['Type'] === exploitStatus ? 'Exploit Status' : undefined;
    if (type === undefined) continue;
    const productIds = asList(threat['ProductID']).map(textOf);
    addThreat(threats, { type, description: textOf(threat['Description']), productIds });
  }
  const remediations: WireRemediation[] = [];
  for (const item of asList(vulnerability['Remediations'])) {
    const row = asObject(item) ?? {};
    if (row['Type'] === vendorFix) remediations.push(readRemediation(row, noProducts));
    else if (knownIssues.includes(row['Type']))
      issues.push({ description: textOf(row['Description']), url: textOf(row['URL']) });
  }
  const scores: WireScore[] = [];
  for (const item of asList(vulnerability['CVSSScoreSets'])) {
    const set = asObject(item) ?? {};
    const productIds = asList(set['ProductID']).map(textOf);
    addScore(scores, { baseScore: textOf(set['BaseScore']), vector: textOf(set['Vector']), productIds });
  }
  return { cve: textOf(vulnerability['CVE']), threats, scores, remediations };
}

function readRemediation(row: Record<string, unknown>, noProducts: ProductList): WireRemediation {
  return {
    description: textOf(row['Description']),
    url: textOf(row['URL']),
    supercedence: textOf(row['Supercedence']),
    subType: textOf(row['SubType']),
    fixedBuild: textOf(row['FixedBuild']),
    restartRequired: textOf(asObject(row['RestartRequired']) ?? row['RestartRequired']),
    products: asList(row['ProductID']).reduce<ProductList>((list, id) => list.with(textOf(id)), noProducts),
  };
}

/** A plain string or number, or the `Value` of an object; `''` for all else. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : asObject(value)?.['Value'];
  return typeof text === 'string' ? text.slice(0, longestField) : '';
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
