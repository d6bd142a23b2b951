import { parseWindowsProduct } from '../../catalogue/windows-version.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { VulnerabilityId } from '../../terms/vulnerability-id.ts';
import type { Contribution } from '../contribution.ts';

/** Products that an update or a CVE is published for, by MSRC's id. */
export interface PublishedFor {
  readonly productIds: ReadonlySet<string>;
  /** Whether one of them is Windows or a part of it: then a device whose Windows is not known may be concerned. */
  readonly ofWindows: boolean;
}

export function productsOfKb(catalogue: Catalogue, kb: KbNumber): PublishedFor {
  const products = new Set<number>();
  const { start, end } = catalogue.fixesOfKb(kb);
  for (let fix = start; fix < end; fix += 1)
    for (const product of catalogue.productsOfSet(catalogue.fixProductSet(fix))) products.add(product);
  return published(catalogue, products);
}

export function productsOfCve(catalogue: Catalogue, id: VulnerabilityId): PublishedFor {
  const products = new Set<number>();
  for (const row of catalogue.rowsOfVulnerability(id))
    for (const product of catalogue.rowProducts(row)) products.add(product);
  return published(catalogue, products);
}

function published(catalogue: Catalogue, products: ReadonlySet<number>): PublishedFor {
  const names = [...products].map((product) => catalogue.productName(product));
  return {
    productIds: new Set([...products].map((product) => catalogue.product(product).id)),
    ofWindows: names.some((name) => parseWindowsProduct(name) !== undefined || / on Windows\b/i.test(name)),
  };
}

/** `clear`: for a judged product of the device, and nothing of it is missing or open there. */
export type Standing = 'open' | 'clear' | 'undetermined' | 'not-applicable';

/** How devices in a state stand to an update or CVE, of which `isOpen` tells whether it is missing or open. */
export function standingOf(state: Contribution, of: PublishedFor, isOpen: boolean): Standing {
  if (isOpen) return 'open';
  if (state.os.productId === null && of.ofWindows && state.coverage === 'not-assessed') return 'undetermined';
  const concerned = state.software.filter(({ productId }) => productId !== null && of.productIds.has(productId));
  if (concerned.length === 0) return 'not-applicable';
  const isJudged = state.coverage !== 'not-assessed' && concerned.some(({ verdict }) => verdict !== 'undetermined');
  return isJudged ? 'clear' : 'undetermined';
}
