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
  const fixed = new Set<number>();
  const cves = new Set<string>();
  const urls = new Map<string, number>();
  for (const row of catalogue.rowsOfKb(kb)) {
    const rowProducts = catalogue.rowProducts(row);
    const own = products.filter((product) => rowProducts.includes(product));
    const [first] = products;
    if (own.length === 0 && standIn !== undefined && first !== undefined && rowProducts.includes(standIn))
      own.push(first);
    if (own.length === 0) continue;
    for (const product of own) fixed.add(product);
    const vulnerability = catalogue.rowVulnerability(row);
    if (catalogue.isCve(vulnerability)) cves.add(catalogue.vulnerabilityId(vulnerability));
    const { url } = catalogue.remediation(catalogue.rowRemediation(row));
    if (isUsable(url)) urls.set(url, (urls.get(url) ?? 0) + 1);
  }
  const slugs = products
    .filter((product) => fixed.has(product))
    .map((product) => productSlug(catalogue.productName(product)).slug);
  const [url] = [...urls].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([text]) => text);
  return { slugs: [...new Set(slugs)], cveCount: cves.size, url: url ?? catalogueSearchUrl(kb) };
}

/** Published addresses are now and then `file://…` or `https://<guid>/`. */
function isUsable(url: string): boolean {
  if (!/^https?:\/\/[^/\s]+\.[^/\s]+/i.test(url)) return false;
  return URL.canParse(url);
}
