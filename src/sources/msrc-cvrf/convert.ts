import { severities } from '../../catalogue/advisory-document.ts';
import type {
  AdvisoryDocument,
  AdvisoryProduct,
  AdvisoryRemediation,
  AdvisoryScore,
  AdvisoryVulnerability,
  KnownIssue,
  SetAsideRecord,
  Severity,
} from '../../catalogue/advisory-document.ts';
import { compareKbNumbers, tryParseKbNumber } from '../../terms/kb-number.ts';
import { tryParseProductId } from '../../terms/product-id.ts';
import type { ProductId } from '../../terms/product-id.ts';
import { parseReleaseId } from '../../terms/release-id.ts';
import { tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { tryParseInstant } from '../publisher-date.ts';
import { RemediationConverter } from './convert-remediation.ts';
import type { KnownProducts } from './convert-remediation.ts';
import { collapse, shown } from './field-text.ts';
import type { WireDocument, WireKnownIssue, WireScore, WireThreat, WireVulnerability } from './wire.ts';

/** A document in kbgap's words, with the records that were set aside on the way. */
export interface ConvertedDocument {
  readonly document: AdvisoryDocument;
  readonly setAside: readonly SetAsideRecord[];
}

/**
 * Their words into ours. A bad record costs that record; `hash` is that of the published bytes.
 * @throws {Error} where the document itself lacks an id, a title or a date.
 */
export function convert(wire: WireDocument, hash: string): ConvertedDocument {
  const id = parseReleaseId(wire.id);
  if (wire.title.trim() === '') throw new Error('expected a DocumentTitle, got none');
  const setAside: SetAsideRecord[] = [];
  const refuse: Refuse = (element, reason) => {
    setAside.push({ document: id, element, reason });
    if (setAside.length > mostSetAside) throw new Error(`more than ${mostSetAside} records cannot be used: ${reason}`);
  };
  const products = convertProducts(wire, refuse);
  const known = new Map(products.map((product) => [product.id as string, product.id]));
  const converter = new RemediationConverter(known);
  const vulnerabilities: AdvisoryVulnerability[] = [];
  let kbRows = 0;
  let rows = 0;
  wire.vulnerabilities.forEach((vulnerability, index) => {
    rows += vulnerability.remediations.length;
    for (const { description } of vulnerability.remediations) if (converter.kbOf(description) !== null) kbRows += 1;
    const about = { known, rows: converter, element: `Vulnerability[${index + 1}]` };
    const converted = convertVulnerability(vulnerability, about, refuse);
    if (converted !== undefined) vulnerabilities.push(converted);
  });
  const windows = new Set(products.filter(({ name }) => /\bWindows\b/i.test(name)).map((product) => product.id));
  const merged = mergeSameId(vulnerabilities);
  const windowsKbRows = merged
    .flatMap(({ remediations }) => remediations)
    .filter((row) => row.kb !== null && row.products.some((product) => windows.has(product))).length;
  const document: AdvisoryDocument = {
    id,
    title: collapse(wire.title),
    initialReleaseAt: parseDate(wire.initialReleaseDate, 'InitialReleaseDate'),
    currentReleaseAt: parseDate(wire.currentReleaseDate, 'CurrentReleaseDate'),
    hash,
    products,
    vulnerabilities: merged,
    knownIssues: convertKnownIssues(wire.knownIssues),
    counts: {
      vulnerabilities: wire.vulnerabilities.length,
      vendorFixRows: rows,
      kbRows,
      windowsKbRows,
      setAside: setAside.length,
    },
  };
  return { document, setAside };
}

/** A document may have bad records (in all of MSRC's there are seven); one of bad records only is none. */
const mostSetAside = 10_000;

type Refuse = (element: string, reason: string) => void;

function convertProducts(wire: WireDocument, refuse: Refuse): readonly AdvisoryProduct[] {
  const products = new Map<ProductId, { name: string; family: string | null }>();
  wire.products.forEach(({ id, name, family }, index) => {
    const productId = tryParseProductId(id);
    if (productId === undefined) {
      refuse(`FullProductName[${index + 1}]`, `expected a ProductID such as 12243 or 12079-12243, got ${shown(id)}`);
      return;
    }
    const before = products.get(productId);
    // The flat list names every product, the branches add the family to some of them.
    products.set(productId, { name: collapse(name) || (before?.name ?? ''), family: family ?? before?.family ?? null });
  });
  const sorted = [...products].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([id, { name, family }]) => ({ id, name, family }));
}

function convertVulnerability(
  wire: WireVulnerability,
  {
    known,
    rows,
    element,
  }: { readonly known: KnownProducts; readonly rows: RemediationConverter; readonly element: string },
  refuse: Refuse,
): AdvisoryVulnerability | undefined {
  const id = tryParseVulnerabilityId(wire.cve);
  if (id === undefined) {
    refuse(element, `expected an id such as CVE-2020-0796 or ADV190003, got ${shown(wire.cve)}`);
    return undefined;
  }
  const remediations: AdvisoryRemediation[] = [];
  wire.remediations.forEach((row, index) => {
    const remediation = rows.convert(row, (reason) => refuse(`${element}/Remediation[${index + 1}]`, reason));
    if (remediation !== undefined) remediations.push(remediation);
  });
  return {
    id,
    exploited: wire.threats.some(
      ({ type, description }) => type === 'Exploit Status' && /Exploited:\s*Yes/i.test(description),
    ),
    severities: convertSeverities(wire.threats, known),
    scores: convertScores(wire.scores, known),
    remediations,
  };
}

function convertSeverities(threats: readonly WireThreat[], known: KnownProducts): AdvisoryVulnerability['severities'] {
  const bySeverity = new Map<Severity, Set<ProductId>>();
  for (const { type, description, productIds } of threats) {
    const severity = type === 'Severity' ? severities.find((name) => name === description.trim()) : undefined;
    if (severity === undefined) continue;
    const products = bySeverity.get(severity) ?? new Set();
    bySeverity.set(severity, products);
    for (const text of productIds) {
      const id = known.get(text) ?? known.get(text.trim());
      if (id !== undefined) products.add(id);
    }
  }
  return severities.flatMap((severity) => {
    const products = bySeverity.get(severity);
    return products === undefined ? [] : [{ severity, products: [...products].sort() }];
  });
}

/** A score that is none is left out: the documents give 0.0 and an empty vector where there is no rating. */
function convertScores(scores: readonly WireScore[], known: KnownProducts): readonly AdvisoryScore[] {
  const rated = scores.flatMap(({ baseScore, vector, productIds }) => {
    const score = Math.round(Number(baseScore) * 10) / 10;
    const text = collapse(vector).trim();
    if (!(score > 0 && score <= 10) || !/^CVSS:\d/.test(text) || text.length > 300) return [];
    const products = productIds.flatMap((id) => known.get(id) ?? known.get(id.trim()) ?? []);
    return [{ baseScore: score, vector: text, products: [...new Set(products)].sort() }];
  });
  rated.sort((a, b) => b.baseScore - a.baseScore || (a.vector < b.vector ? -1 : a.vector > b.vector ? 1 : 0));
  const [only] = rated;
  return rated.length === 1 && only !== undefined ? [{ ...only, products: [] }] : rated.filter(hasProducts);
}

function hasProducts({ products }: AdvisoryScore): boolean {
  return products.length > 0;
}

function convertKnownIssues(rows: readonly WireKnownIssue[]): readonly KnownIssue[] {
  const issues = new Map<string, KnownIssue>();
  for (const { description, url } of rows) {
    const kb = tryParseKbNumber(description);
    const address = url.trim();
    if (kb !== undefined && /^https?:\/\/[^\s/]+\.[^\s]+$/i.test(address))
      issues.set(`${kb} ${address}`, { kb, url: address });
  }
  return [...issues.values()].sort((a, b) => compareKbNumbers(a.kb, b.kb) || (a.url < b.url ? -1 : 1));
}

/** One CVE may stand twice in a document (CVE-2025-38501 in 2025-Aug): one vulnerability with the rows of both. */
function mergeSameId(vulnerabilities: readonly AdvisoryVulnerability[]): readonly AdvisoryVulnerability[] {
  const byId = new Map<string, AdvisoryVulnerability[]>();
  for (const vulnerability of vulnerabilities) {
    const same = byId.get(vulnerability.id);
    if (same === undefined) byId.set(vulnerability.id, [vulnerability]);
    else same.push(vulnerability);
  }
  return [...byId.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length === 1) return same;
    return [
      {
        id: first.id,
        exploited: same.some(({ exploited }) => exploited),
        severities: same.find(({ severities: each }) => each.length > 0)?.severities ?? [],
        scores: same.find(({ scores: each }) => (each ?? []).length > 0)?.scores ?? [],
        remediations: same.flatMap(({ remediations }) => remediations),
      },
    ];
  });
}

function parseDate(text: string, field: string): string {
  const instant = tryParseInstant(text);
  if (instant === undefined) throw new Error(`expected a ${field} such as 2020-03-10T07:00:00Z, got ${shown(text)}`);
  return instant;
}
