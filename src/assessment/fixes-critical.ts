import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Assessment } from './assessment.ts';

/** Whether a missing update fixes a vulnerability that MSRC calls Critical on a product of the device. */
export function fixesCritical(catalogue: Catalogue, { missing, products }: Assessment): boolean {
  const numbers = products.flatMap(({ productId }) =>
    productId === null ? [] : (catalogue.findProduct(productId) ?? []),
  );
  return missing.some(({ cves }) =>
    cves.some((id) =>
      [...catalogue.rowsOfVulnerability(id)].some((row) =>
        numbers.some((product) => catalogue.severity(catalogue.rowVulnerability(row), product) === 'Critical'),
      ),
    ),
  );
}
