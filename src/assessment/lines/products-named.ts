import type { Catalogue } from '../../catalogue/catalogue.ts';

/**
 * Published products of a name in lower case, whatever is said of processors and earlier lines after it:
 * `… version 16.7 (includes 16.0 – 16.6)`, `Microsoft Outlook 2016 (64-bit edition)`. Those without fixes are left out.
 */
export function productsNamed(catalogue: Catalogue, name: string): readonly number[] {
  const byName = catalogue.once(productsNamed, () => {
    const names = new Map<string, number[]>();
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const published = catalogue.productName(product);
      if (/(?<! installed) on (?:windows|azure linux|cbl)/i.test(published)) continue;
      if (/^windows (?:\d|server|rt|vista)/i.test(published)) continue;
      const key = published
        .toLowerCase()
        .replace(/ installed on windows$/, '')
        .replace(/ for (?:32|64)-bit (?:systems|editions?)$/, '')
        .replace(/ \((?:includes [^)]*|x64|x86|(?:64|32)-bit(?: editions?)?)\)$/, '');
      const list = names.get(key);
      if (list === undefined) names.set(key, [product]);
      else list.push(product);
    }
    return names;
  });
  return (byName.get(name) ?? []).filter((product) => catalogue.fixesOfProduct(product).length > 0);
}
