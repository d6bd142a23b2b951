import type { Catalogue } from '../catalogue/catalogue.ts';
import { productSlug } from '../catalogue/product-slug.ts';
import type { ProductSlug } from '../catalogue/product-slug.ts';

/** Slug of a published product, reckoned once per catalogue. */
export function slugOfProduct(catalogue: Catalogue, product: number): ProductSlug {
  const slugs = catalogue.once(slugOfProduct, () => new Map<number, ProductSlug>());
  let slug = slugs.get(product);
  if (slug === undefined) {
    slug = productSlug(catalogue.productName(product));
    slugs.set(product, slug);
  }
  return slug;
}
