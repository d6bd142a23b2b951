import type { Catalogue } from '../catalogue/catalogue.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { ProductVerdict } from './assessment.ts';
import { findingsOf } from './findings.ts';
import type { OpenOnProduct, ProductFindings } from './findings.ts';
import { countCves } from './open-cves.ts';
import type { UncoveredSoftware } from './published-software.ts';
import type { LackingUpdate, RuleFinding, RuleInput, SoftwareFinding } from './rules/rule.ts';
import { slugOfProduct } from './slug-of-product.ts';
import { updateFacts } from './update-facts.ts';

/** The operating system first, the others by the name they are shown under. */
export function orderedProducts(os: number, findings: readonly RuleFinding[], catalogue: Catalogue): readonly number[] {
  const slug = (product: number): string => slugOfProduct(catalogue, product).slug;
  const others = findings.flatMap(({ products }) => products).filter((product) => product !== os);
  return [os, ...others.sort((a, b) => (slug(a) < slug(b) ? -1 : 1))];
}

/** The verdict on Windows and each of its parts. */
export function productVerdicts(
  input: RuleInput,
  findings: readonly RuleFinding[],
  unjudged: RuleFinding['undetermined'],
): readonly ProductVerdict[] {
  const { catalogue, state, os } = input;
  const unknown = new Set(unjudged.map(({ product }) => product));
  const osUnknown = unknown.has(os.product) && findings.every(({ open }) => open.length === 0);
  return orderedProducts(os.product, findings, catalogue).map((product) => {
    const finding = findings.find(({ products }) => products.includes(product));
    const openCves = countCves(catalogue, finding?.open ?? [], product);
    const isOpen = finding?.open.some((each) => each.product === product) === true;
    const { id, name } = catalogue.product(product);
    const missing = (finding?.lacking ?? []).flatMap((lacking) =>
      missingOfProduct(catalogue, lacking, product, finding?.standIns),
    );
    const undecided = unknown.has(product) || osUnknown;
    return {
      productId: id,
      name,
      ...slugOfProduct(catalogue, product),
      version: product === os.product ? state.os.build : null,
      verdict: missing.length > 0 || isOpen ? 'missing' : undecided ? 'undetermined' : 'remediated',
      openCves,
      missing,
    };
  });
}

/** What is open on each of the products that `productVerdicts` tells, in the same order. */
export function openOnProducts(
  { catalogue, os }: RuleInput,
  findings: readonly RuleFinding[],
): readonly OpenOnProduct[] {
  return orderedProducts(os.product, findings, catalogue).map((product) => {
    const finding = findings.find(({ products }) => products.includes(product));
    return { product, line: [product], open: finding?.open ?? [] };
  });
}

/** What is open on a piece of software that a rule has judged. */
export function findingsOfApplication(catalogue: Catalogue, finding: SoftwareFinding): ProductFindings {
  // Kept with the finding, which devices share.
  const kept = catalogue.once(findingsOfApplication, () => new WeakMap<SoftwareFinding, ProductFindings>());
  let findings = kept.get(finding);
  if (findings === undefined) {
    const { product, products, open } = finding;
    findings = findingsOf(catalogue, { product, line: products, open });
    kept.set(finding, findings);
  }
  return findings;
}

function missingOfProduct(
  catalogue: Catalogue,
  { kb }: LackingUpdate,
  product: number,
  standIns: ReadonlyMap<KbNumber, number> | undefined,
): ProductVerdict['missing'] {
  const facts = updateFacts(catalogue, kb, [product], standIns?.get(kb));
  return facts.slugs.length === 0 ? [] : [{ kb, cveAddressed: facts.cveCount }];
}

/** The verdict on a piece of software that a rule has judged. */
export function applicationVerdict(catalogue: Catalogue, finding: SoftwareFinding, osUnknown: boolean): ProductVerdict {
  const { software, product, products, open, lacking, undetermined } = finding;
  const { id } = catalogue.product(product);
  const verdict = open.length > 0 ? 'missing' : osUnknown || undetermined !== undefined ? 'undetermined' : 'remediated';
  return {
    productId: id,
    name: software.name,
    ...slugOfProduct(catalogue, product),
    version: software.version,
    verdict,
    openCves: countCves(catalogue, open, product),
    missing: lacking.map(({ kb }) => ({ kb, cveAddressed: updateFacts(catalogue, kb, products).cveCount })),
  };
}

/** The verdict on software that no rule judges. */
export function softwareVerdict({ name, vendor, slug, version }: UncoveredSoftware): ProductVerdict {
  return { productId: null, name, vendor, slug, version, verdict: 'undetermined', openCves: 0, missing: [] };
}
