import type { Catalogue } from '../../catalogue/catalogue.ts';

/**
 * Published products of a name, whatever is said of processors, service packs and earlier lines after it: `word 2013` is
 * `Microsoft Word 2013 Service Pack 1 (64-bit editions)` as well. Those without fixes and of other systems are left out.
 * `name`: in lower case, without "microsoft".
 */
export function productsNamed(catalogue: Catalogue, name: string): readonly number[] {
  return publishedNames(catalogue).get(name) ?? [];
}

/** Every published name and its products. */
export function publishedNames(catalogue: Catalogue): ReadonlyMap<string, readonly number[]> {
  return catalogue.once(publishedNames, () => {
    const names = new Map<string, number[]>();
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const published = catalogue.productName(product);
      if (isOfAnotherSystem(published) || isWindows(published)) continue;
      if (!catalogue.hasFixes(product)) continue;
      const name = plainName(published);
      const list = names.get(name);
      if (list === undefined) names.set(name, [product]);
      else list.push(product);
    }
    return names;
  });
}

/** `Microsoft Visual Studio 2019 version 16.7 (includes 16.0 – 16.6)` → `visual studio 2019 version 16.7`. */
export function plainName(published: string): string {
  return published
    .toLowerCase()
    .replace(/[\s\u{a0}]+/gu, ' ')
    .trim()
    .replace(/(?: when)? installed on (?:microsoft )?windows(?= \(|$)/, '')
    .replace(/ for (?:windows desktop|windows|x64|x86|(?:32|64)-bit)(?: systems| editions?)?$/, '')
    .replace(/ \((?:includes [^)]*|x64|x86|arm64|(?:64|32)-bit(?: editions?)?|x64-based)\)$/, '')
    .replace(/ service pack \d+/, '')
    .replace(/^microsoft /, '');
}

function isOfAnotherSystem(name: string): boolean {
  return (
    /(?:\bon (?:windows|azure linux|cbl)\b|\b(?:for|on) (?:mac|macos|ios|android|linux)\b|^(?:azl|cbl|cm)\d)/i.test(
      name.replace(/installed on windows/i, ''),
    ) || /installed on (?:linux|mac|apple)/i.test(name)
  );
}

function isWindows(name: string): boolean {
  return /^windows (?:\d|server|rt|vista)/i.test(name);
}
