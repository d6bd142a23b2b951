import type { Catalogue } from '../catalogue/catalogue.ts';
import { catalogueSearchUrl } from '../catalogue/catalogue-search-url.ts';
import { productSlug } from '../catalogue/product-slug.ts';
import type { KbNumber } from '../terms/kb-number.ts';

/** What is told of one update for one set of products, over all documents. */
export interface UpdateFacts {
  /** Slugs of those products that have a Vendor Fix row of the update, in the order given. */
  readonly slugs: readonly string[];
  /** Distinct CVEs (no advisories) that it fixes on them. */
  readonly cveCount: number;
  readonly url: string;
}

/**
 * Facts of an update, scoped to products. `standIn` is the product whose rows take the place of rows that the first
 * product has lost. Kept with the catalogue: devices of one kind ask the same again and again.
 */
export function updateFacts(
  catalogue: Catalogue,
  kb: KbNumber,
  products: readonly number[],
  standIn?: number,
): UpdateFacts {
  const cache = catalogue.once(updateFacts, () => new Map<string, UpdateFacts>());
  const key = `${kb} ${products.join(' ')} ${standIn ?? ''}`;
  let facts = cache.get(key);
  if (facts === undefined) {
    facts = gather(catalogue, kb, products, standIn);
    cache.set(key, facts);
  }
  return facts;
}

function gather(
  catalogue: Catalogue,
  kb: KbNumber,
  products: readonly number[],
  standIn: number | undefined,
): UpdateFacts {
  const [first] = products;
  const fixed = new Set<number>();
  const cves = new Set<number>();
  const urls = new Map<number, number>();
  const holders = products.map((product) => ({ product, holds: catalogue.holdsProduct(product) }));
  const standsIn = standIn === undefined ? undefined : catalogue.holdsProduct(standIn);
  const { start, end } = catalogue.fixesOfKb(kb);
  for (let fix = start; fix < end; fix += 1) {
    const set = catalogue.fixProductSet(fix);
    let own = false;
    for (const { product, holds } of holders) {
      if (!holds(set)) continue;
      fixed.add(product);
      own = true;
    }
    if (!own && first !== undefined && standsIn?.(set) === true) {
      fixed.add(first);
      own = true;
    }
    if (!own) continue;
    const nextRow = catalogue.firstRow(fix + 1);
    for (let row = catalogue.firstRow(fix); row < nextRow; row += 1) {
      const cve = catalogue.cveKey(catalogue.rowVulnerability(row));
      if (cve !== undefined) cves.add(cve);
    }
    const remediation = catalogue.fixRemediation(fix);
    urls.set(remediation, (urls.get(remediation) ?? 0) + nextRow - catalogue.firstRow(fix));
  }
  const slugs = products
    .filter((product) => fixed.has(product))
    .map((product) => productSlug(catalogue.productName(product)).slug);
  return {
    slugs: [...new Set(slugs)],
    cveCount: cves.size,
    url: mostNamed(catalogue, kb, urls) ?? catalogueSearchUrl(kb),
  };
}

/** The usable address that most rows name, on a tie the first by code point. `rows`: how many rows each remediation has. */
function mostNamed(catalogue: Catalogue, kb: KbNumber, rows: ReadonlyMap<number, number>): string | undefined {
  const counts = new Map<string, number>();
  for (const [remediation, count] of rows) {
    const { url } = catalogue.remediation(remediation);
    if (url === catalogueSearchUrl(kb) || isUsable(url)) counts.set(url, (counts.get(url) ?? 0) + count);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return best?.[0];
}

/** Published addresses are now and then `file://…` or `https://<guid>/`. */
function isUsable(url: string): boolean {
  if (!/^https?:\/\/[^/\s]+\.[^/\s]+/i.test(url)) return false;
  return URL.canParse(url);
}
