import type { Catalogue } from '../../catalogue/catalogue.ts';
import { productSlug } from '../../catalogue/product-slug.ts';
import { judgeSoftware } from '../judge-software.ts';
import { uncoveredSoftware } from '../published-software.ts';
import type { UncoveredSoftware } from '../published-software.ts';
import type { LackingUpdate, OpenVulnerability, RuleFinding, RuleInput, SoftwareFinding } from '../rules/rule.ts';
import { windowsRules } from '../rules/rules.ts';

/** One thing on the device that some rule is answerable for, with what the rule found. */
export type Part = WindowsPart | SoftwarePart | UncoveredPart;

interface PartBase {
  readonly name: string;
  readonly products: readonly number[];
  readonly open: readonly OpenVulnerability[];
  readonly lacking: readonly LackingUpdate[];
}

/** Windows itself with what is serviced inside it, .NET Framework, or Flash Player. */
export interface WindowsPart extends PartBase {
  readonly kind: 'windows' | 'dotnet-framework' | 'flash-player';
  /** In the order of the list; several can be answerable for the same products. */
  readonly findings: readonly { readonly rule: string; readonly finding: RuleFinding }[];
}

export interface SoftwarePart extends PartBase {
  readonly kind: 'software';
  readonly finding: SoftwareFinding;
}

/** Software that no rule judges. */
export interface UncoveredPart extends PartBase {
  readonly kind: 'uncovered';
  readonly software: UncoveredSoftware;
}

/** Windows first, then software as reported. */
export function findParts(input: RuleInput): readonly Part[] {
  const { catalogue, state, os } = input;
  const windows = windowsParts(input);
  const judged = judgeSoftware(input);
  const covered = new Set<unknown>([...judged.software, ...windows.flatMap(({ products }) => products)]);
  const software = judged.findings.map((finding): SoftwarePart => ({
    kind: 'software',
    name: finding.software.name,
    products: finding.products,
    open: finding.open,
    lacking: finding.lacking,
    finding,
  }));
  const uncovered = uncoveredSoftware(state, catalogue, os, covered).map((each): UncoveredPart => ({
    kind: 'uncovered',
    name: each.name,
    products: publishedAs(input, each),
    open: [],
    lacking: [],
    software: each,
  }));
  return [...windows, ...software, ...uncovered];
}

/** What a part is called in a sentence: software with the version that was reported. */
export function nameOfPart(part: Part): string {
  if (part.kind !== 'software') return part.name;
  const { version } = part.finding.software;
  return version === null || part.name.includes(version) ? part.name : `${part.name} ${version}`;
}

function windowsParts(input: RuleInput): readonly WindowsPart[] {
  const byFirst = new Map<number, WindowsPart>();
  for (const rule of windowsRules) {
    const finding = rule.judge(input);
    const first = finding?.products[0];
    if (finding === undefined || first === undefined) continue;
    const before = byFirst.get(first);
    byFirst.set(first, {
      kind: kindOf(input, first),
      name: input.catalogue.productName(first),
      products: [...new Set([...(before?.products ?? []), ...finding.products])],
      open: [...(before?.open ?? []), ...finding.open],
      lacking: [...(before?.lacking ?? []), ...finding.lacking],
      findings: [...(before?.findings ?? []), { rule: rule.id, finding }],
    });
  }
  const parts = [...byFirst.values()];
  return parts.sort((a, b) => Number(b.kind === 'windows') - Number(a.kind === 'windows'));
}

function kindOf({ catalogue, os }: RuleInput, product: number): WindowsPart['kind'] {
  if (product === os.product) return 'windows';
  return catalogue.productName(product).startsWith('Adobe Flash Player') ? 'flash-player' : 'dotnet-framework';
}

/** The published products that uncovered software can be: of its name, and of its year where both say one. */
function publishedAs({ catalogue, os }: RuleInput, { name, slug, vendor }: UncoveredSoftware): readonly number[] {
  if (slug === '.net_framework')
    return catalogue
      .componentsOn(catalogue.product(os.product).id)
      .filter((product) => productSlug(catalogue.productName(product)).slug === slug);
  const year = yearOf(name);
  return productsOfSlug(catalogue, `${vendor} ${slug}`).filter(
    (product) => year === undefined || (yearOf(catalogue.productName(product)) ?? year) === year,
  );
}

export function yearOf(name: string): string | undefined {
  return /\b20[012]\d\b/.exec(name)?.[0];
}

/** Published products with fixes, by `vendor slug`. */
function productsOfSlug(catalogue: Catalogue, key: string): readonly number[] {
  const bySlug = catalogue.once(productsOfSlug, () => {
    const found = new Map<string, number[]>();
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const { vendor, slug } = productSlug(catalogue.productName(product));
      const list = found.get(`${vendor} ${slug}`);
      if (list === undefined) found.set(`${vendor} ${slug}`, [product]);
      else list.push(product);
    }
    return found;
  });
  return bySlug.get(key) ?? [];
}
