import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ReportedSoftware, SoftwareRule } from './software-rule.ts';
import { judgeVersion } from './version-line.ts';

/**
 * Products that are fixed by a version of their own: Edge (Chromium), Visual Studio, .NET, PowerShell, Teams, Defender's
 * platform and whatever is published under the name that the device reports. Source: the verdict's specification, section 6.
 */
export const fixedVersionProduct: SoftwareRule = {
  id: 'fixed-version',
  judge(input) {
    const named = publishedAs(input.software);
    if (named === undefined) return undefined;
    const products = productsNamed(input.catalogue, named.product);
    const [product] = products;
    if (product === undefined) return undefined;
    const software = { ...input.software, version: named.version };
    const finding = judgeVersion({ ...input, software }, { rule: 'fixed-version', product, products, ...named.line });
    return { ...finding, software: { ...software, name: input.software.name } };
  },
};

interface PublishedName {
  /** As the documents name the product, in lower case. */
  readonly product: string;
  readonly version: string | null;
  readonly line?: { readonly branchOf: (version: readonly number[]) => string };
}

/** The published name of a product: editions, processors and languages of the installed one fall away. */
function publishedAs({ name, version }: ReportedSoftware): PublishedName | undefined {
  const plain = name
    .trim()
    .replace(/\s+-\s+[a-z]{2,3}-[a-z]{2,4}$/i, '')
    .replace(/\s*\((?:x64|x86|arm64|64-bit|32-bit|user|machine)(?: [a-z]{2}-[a-z]{2})?\)/gi, '')
    .trim();
  if (/^microsoft edge$/i.test(plain)) {
    // The extended stable channel stays on its major version.
    const branchOf = ([major = 0]: readonly number[]): string => String(major);
    return Number.parseInt(version ?? '', 10) < 79
      ? undefined
      : { product: 'microsoft edge (chromium-based)', version, line: { branchOf } };
  }
  const runtime =
    /^(?:microsoft )?(?:\.net(?: core)?(?: host| host fx resolver| runtime)?|windows desktop runtime|asp\.net core)(?: runtime| shared framework)? ?-? ?(\d+)\.(\d+)\.(\d+)\b/i.exec(
      plain,
    );
  if (runtime !== null) {
    const [, major = '', minor = '', patch = ''] = runtime;
    const core = Number(major) < 5 ? '.net core' : '.net';
    return { product: `${core} ${major}.${minor}`, version: `${major}.${minor}.${patch}` };
  }
  const shell = /^powershell 7(?:\.\d+)?(?:\.\d+)*-?(?:x64|x86|preview)?$/i.test(plain);
  const numbers = /^(\d+)\.(\d+)/.exec(version ?? '');
  if (shell && numbers !== null) return { product: `powershell ${numbers[1]}.${numbers[2]}`, version };
  const studio = /^(?:microsoft )?visual studio (?:[a-z ]+ )?(2017|2019|2022|2026)\b/i.exec(plain)?.[1];
  if (studio !== undefined && numbers !== null)
    return { product: `microsoft visual studio ${studio} version ${numbers[1]}.${numbers[2]}`, version };
  if (/^(?:microsoft )?visual studio code$/i.test(plain)) return { product: 'visual studio code', version };
  return { product: plain.toLowerCase(), version };
}

/** Products of this name, whatever is said of processors and earlier lines after it: `… version 16.7 (includes 16.0 – 16.6)`. */
function productsNamed(catalogue: Catalogue, name: string): readonly number[] {
  const byName = catalogue.once(productsNamed, () => {
    const names = new Map<string, number[]>();
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const published = catalogue.productName(product);
      if (
        /(?<! installed) on (?:windows|azure linux|cbl)/i.test(published) ||
        /^windows (?:\d|server|rt|vista)/i.test(published)
      )
        continue;
      const key = published
        .toLowerCase()
        .replace(/ installed on windows$/, '')
        .replace(/ \((?:includes [^)]*|x64|x86|64-bit|32-bit)\)$/, '');
      const list = names.get(key);
      if (list === undefined) names.set(key, [product]);
      else list.push(product);
    }
    return names;
  });
  return (byName.get(name) ?? []).filter((product) => catalogue.fixesOfProduct(product).length > 0);
}
