import type { Catalogue } from '../../catalogue/catalogue.ts';
import { servicedUntil } from '../../catalogue/product-lifecycle.ts';
import { endOfServicing, lastRowOf, lastRowOfProducts } from '../lines/ended-line.ts';
import { publishedNames } from '../lines/products-named.ts';
import type { SoftwareLine } from '../lines/software-line.ts';
import { compareVersions } from '../lines/version.ts';
import type { Version } from '../lines/version.ts';
import type { SoftwareFinding, SoftwareInput } from './rule.ts';

/** A minor version of a product that documents name on its own: `powershell 7.4`, `visual studio 2022 version 17.12`. */
export interface MinorLine {
  readonly version: Version;
  /** Earlier minor versions that it speaks for as well: `15.9 (includes 15.0 - 15.8)`. */
  readonly includesFrom: Version | undefined;
  readonly products: readonly number[];
}

/** The minor versions of a product that documents name, oldest first. `stem`: what stands before the number. */
export function minorLines(catalogue: Catalogue, stem: string): readonly MinorLine[] {
  const cache = catalogue.once(minorLines, () => new Map<string, readonly MinorLine[]>());
  const known = cache.get(stem);
  if (known !== undefined) return known;
  const lines: MinorLine[] = [];
  for (const [name, products] of publishedNames(catalogue)) {
    const number = name.startsWith(`${stem} `) ? /^(\d+)\.(\d+)$/.exec(name.slice(stem.length + 1)) : null;
    if (number === null) continue;
    const includes = products
      .map((product) => /\(includes (\d+)\.(\d+)/.exec(catalogue.productName(product)))
      .find((match) => match !== null);
    lines.push({
      version: [Number(number[1]), Number(number[2])],
      includesFrom: includes == null ? undefined : [Number(includes[1]), Number(includes[2])],
      products,
    });
  }
  lines.sort((a, b) => compareVersions(a.version, b.version));
  cache.set(stem, lines);
  return lines;
}

/**
 * Whether a minor version is out of servicing: by its published last day (`lifecycle`: its name there), or because a newer
 * one of the product has had updates since its own last.
 */
export function endOfMinorLine(
  input: SoftwareInput,
  line: SoftwareLine,
  {
    lines,
    version,
    lifecycle,
  }: { readonly lines: readonly MinorLine[]; readonly version: Version; readonly lifecycle: string },
): SoftwareFinding['undetermined'] {
  const family = lines.flatMap(({ products }) => products);
  const lastDay = servicedUntil(lifecycle);
  if (lastDay !== undefined) return endOfServicing(input, line, { lastDay, family });
  const lastRow = lastRowOf(line, input.asOf);
  const newer = lines.filter((each) => compareVersions(each.version, version) > 0).flatMap(({ products }) => products);
  return lastRowOfProducts(input, newer) > lastRow
    ? endOfServicing(input, line, { lastDay: lastRow, family: newer })
    : undefined;
}
