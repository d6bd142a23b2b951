import { compareKbNumbers } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import type { AdvisoryDocument } from './advisory-document.ts';

/** What one state of the documents says and another does not. Everything is sorted. */
export interface DocumentChanges {
  readonly kbs: { readonly added: readonly KbNumber[]; readonly withdrawn: readonly KbNumber[] };
  readonly vulnerabilities: {
    readonly added: readonly VulnerabilityId[];
    readonly withdrawn: readonly VulnerabilityId[];
  };
  readonly remapped: readonly RemappedFix[];
}

/** A vulnerability that is fixed by other KBs than before, on the products that are named. */
export interface RemappedFix {
  readonly vulnerability: VulnerabilityId;
  readonly before: readonly KbNumber[];
  readonly after: readonly KbNumber[];
  /** Names, sorted. */
  readonly products: readonly string[];
}

/** The fixes of some documents: by vulnerability and product, the KBs. */
interface Fixes {
  readonly kbs: ReadonlySet<KbNumber>;
  readonly vulnerabilities: ReadonlySet<VulnerabilityId>;
  readonly byPair: ReadonlyMap<string, ReadonlySet<KbNumber>>;
  readonly productNames: ReadonlyMap<string, string>;
}

/** Pure. A vulnerability that was not fixed on a product before, or is not any more, is not re-mapped but added or withdrawn. */
export function compareDocuments(
  before: readonly AdvisoryDocument[],
  after: readonly AdvisoryDocument[],
): DocumentChanges {
  const [old, now] = [fixesOf(before), fixesOf(after)];
  return {
    kbs: {
      added: [...now.kbs.difference(old.kbs)].sort(compareKbNumbers),
      withdrawn: [...old.kbs.difference(now.kbs)].sort(compareKbNumbers),
    },
    vulnerabilities: {
      added: [...now.vulnerabilities.difference(old.vulnerabilities)].sort(),
      withdrawn: [...old.vulnerabilities.difference(now.vulnerabilities)].sort(),
    },
    remapped: remappedFixes(old, now),
  };
}

function fixesOf(documents: readonly AdvisoryDocument[]): Fixes {
  const kbs = new Set<KbNumber>();
  const vulnerabilities = new Set<VulnerabilityId>();
  const byPair = new Map<string, Set<KbNumber>>();
  const productNames = new Map<string, string>();
  for (const document of documents) {
    for (const { id, name } of document.products) productNames.set(id, name);
    for (const { id, remediations } of document.vulnerabilities) {
      vulnerabilities.add(id);
      for (const { kb, products } of remediations) {
        if (kb === null) continue;
        kbs.add(kb);
        for (const product of products) {
          const key = `${id} ${product}`;
          const fixes = byPair.get(key);
          if (fixes === undefined) byPair.set(key, new Set([kb]));
          else fixes.add(kb);
        }
      }
    }
  }
  return { kbs, vulnerabilities, byPair, productNames };
}

function remappedFixes(old: Fixes, now: Fixes): readonly RemappedFix[] {
  const found = new Map<string, { fix: Omit<RemappedFix, 'products'>; products: string[] }>();
  for (const [key, before] of old.byPair) {
    const after = now.byPair.get(key);
    if (after === undefined || before.symmetricDifference(after).size === 0) continue;
    const [id = '', product = ''] = key.split(' ');
    const fix = {
      vulnerability: id as VulnerabilityId,
      before: [...before].sort(compareKbNumbers),
      after: [...after].sort(compareKbNumbers),
    };
    const group = `${id} ${fix.before.join()} ${fix.after.join()}`;
    const entry = found.get(group) ?? { fix, products: [] };
    found.set(group, entry);
    entry.products.push(now.productNames.get(product) ?? old.productNames.get(product) ?? product);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { fix, products }]) => ({ ...fix, products: products.sort() }));
}
