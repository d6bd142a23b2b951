import { severities } from '../../catalogue/advisory-document.ts';
import type { Severity } from '../../catalogue/advisory-document.ts';
import { tryParseKbNumber } from '../../terms/kb-number.ts';
import { tryParseProductId } from '../../terms/product-id.ts';
import type { ProductId } from '../../terms/product-id.ts';
import { tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { DocumentError } from '../document-error.ts';
import { tryParseFeedDate } from '../publisher-date.ts';
import { asList, asObject, asText, parseFeedJson, shown } from '../json-value.ts';
import type { CsafAdvisory, CsafFix } from './data.ts';

const expected = 'a CSAF 2.0 advisory (document.tracking, product_tree, vulnerabilities)';
const deepestBranch = 50;
const mostFixes = 20_000;

type Json = Readonly<Record<string, unknown>>;

/** @throws {DocumentError} where it is no CSAF, or has no date. */
export function readCsaf(source: string, bytes: Uint8Array): readonly CsafAdvisory[] {
  const root = asObject(parseFeedJson(source, bytes, expected));
  const document = asObject(root?.['document']);
  const tracking = asObject(document?.['tracking']);
  if (root === undefined || tracking === undefined || !Array.isArray(root['vulnerabilities']))
    throw new DocumentError(source, `expected ${expected}, got ${shown(root)}`);
  const revisedAt = tryParseFeedDate(asText(tracking['current_release_date']));
  if (revisedAt === undefined)
    throw new DocumentError(source, `expected a current_release_date, got ${shown(tracking['current_release_date'])}`);
  const severity = severityOf(asText(asObject(document?.['aggregate_severity'])?.['text']));
  const products = readProducts(source, asObject(root['product_tree']) ?? {});
  return asList(root['vulnerabilities']).flatMap((value) => {
    const vulnerability = asObject(value) ?? {};
    const cve = tryParseVulnerabilityId(asText(vulnerability['cve']));
    if (cve === undefined) return [];
    const { baseScore, vector } = highestScore(vulnerability);
    const exploited = asList(vulnerability['threats']).some(isExploited);
    const fixes = readFixes(vulnerability, products);
    if (fixes.length > mostFixes) throw new DocumentError(source, `holds more than ${mostFixes} fixes`);
    const version = asText(tracking['version']);
    return [{ cve, revisedAt, version, severity, baseScore, vector, exploited, fixes }];
  });
}

function severityOf(text: string): Severity | null {
  return severities.find((name) => name === text) ?? null;
}

function isExploited(value: unknown): boolean {
  const threat = asObject(value);
  return threat?.['category'] === 'exploit_status' && /Exploited:\s*Yes/i.test(asText(threat['details']));
}

function highestScore(vulnerability: Json): Pick<CsafAdvisory, 'baseScore' | 'vector'> {
  let best: { readonly baseScore: number | null; readonly vector: string | null } = { baseScore: null, vector: null };
  for (const value of asList(vulnerability['scores'])) {
    const cvss = asObject(asObject(value)?.['cvss_v3']);
    const score = Number(asText(cvss?.['baseScore']));
    if (score > (best.baseScore ?? 0) && score <= 10)
      best = { baseScore: score, vector: asText(cvss?.['vectorString']) || null };
  }
  return best;
}

interface NamedProduct {
  readonly id: ProductId | null;
  readonly name: string;
}

/**
 * CSAF numbers version ranges (`1`) and gives the CVRF id to the fixed version beside them in the tree: both lead to that
 * id and to the product's name.
 */
function readProducts(source: string, tree: Json): ReadonlyMap<string, NamedProduct> {
  const products = new Map<string, NamedProduct>();
  const walk = (branch: Json, depth: number): void => {
    if (depth > deepestBranch) throw new DocumentError(source, `product branches nest deeper than ${deepestBranch}`);
    const branches = asList(branch['branches']).map((value) => asObject(value) ?? {});
    const fixed = branches.find(({ category }) => category === 'product_version');
    const id = tryParseProductId(asText(asObject(fixed?.['product'])?.['product_id'])) ?? null;
    for (const each of branches) {
      const product = asObject(each['product']);
      const key = asText(product?.['product_id']);
      if (key !== '') products.set(key, { id, name: asText(branch['name']) || asText(product?.['name']) });
      walk(each, depth + 1);
    }
  };
  walk(tree, 0);
  return products;
}

function readFixes(vulnerability: Json, products: ReadonlyMap<string, NamedProduct>): readonly CsafFix[] {
  return asList(vulnerability['remediations']).flatMap((value) => {
    const remediation = asObject(value) ?? {};
    if (remediation['category'] !== 'vendor_fix') return [];
    const details = parseDetails(asText(remediation['details']));
    const url = asText(remediation['url']) || details.url;
    const kb = tryParseKbNumber(/(?:[?&]q=|\/help\/|\/kb\/)(?:KB)?(\d{6,7})\b/i.exec(url)?.[1] ?? '') ?? null;
    return asList(remediation['product_ids']).map((key) => {
      const product = products.get(asText(key)) ?? { id: null, name: '' };
      return {
        productId: product.id,
        product: product.name,
        fixedBuild: details.fixedBuild,
        subType: details.subType,
        url,
        kb,
      };
    });
  });
}

/** `1.3.195.45:Security Update:https://…`: build, sub-type, address; each may be empty. */
function parseDetails(text: string): { readonly fixedBuild: string; readonly subType: string; readonly url: string } {
  const [fixedBuild = '', subType = '', ...rest] = text.slice(0, 4000).split(':');
  return { fixedBuild: fixedBuild.trim(), subType: subType.trim(), url: rest.join(':').trim() };
}
