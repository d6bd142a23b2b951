import { productsNamed } from '../lines/products-named.ts';
import type { ReportedSoftware, SoftwareRule } from './rule.ts';
import { judgeVersion } from '../lines/version-line.ts';

/**
 * Products that are fixed by a version of their own: Edge (Chromium), Visual Studio, .NET, PowerShell, Teams, Defender's
 * platform and whatever is published under the name that the device reports. Source: the verdict's specification, section 6.
 */
export const fixedVersionProduct: SoftwareRule = {
  id: 'fixed-version',
  judges: 'software',
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
