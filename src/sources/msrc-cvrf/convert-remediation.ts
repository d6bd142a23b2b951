import type { AdvisoryRemediation } from '../../catalogue/advisory-document.ts';
import { compareKbNumbers, tryParseKbNumber } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ProductId } from '../../terms/product-id.ts';
import { collapse, shown } from './field-text.ts';
import type { ProductList } from './product-list.ts';
import type { WireRemediation } from './wire.ts';

/** The products of a document's ProductTree, by id as it stands there. */
export type KnownProducts = ReadonlyMap<string, ProductId>;

/** What was made of the rows with one list of products. */
interface RowsOfList {
  readonly products: readonly ProductId[];
  /** By Description, the latest of each. */
  readonly rows: Map<string, { readonly wire: WireRemediation; readonly remediation: AdvisoryRemediation }>;
}

/**
 * Converts the Vendor Fix rows of one document. An update stands in a document once for each vulnerability that it fixes,
 * mostly with the same words and products: equal rows become the same object, and equal lists of products too, which
 * the compiler then looks at once.
 */
export class RemediationConverter {
  private readonly known: KnownProducts;
  private readonly kbs = new Map<string, KbNumber | null>();
  private readonly lists = new Map<ProductList, RowsOfList>();

  constructor(known: KnownProducts) {
    this.known = known;
  }

  /** Of a Description. */
  kbOf(description: string): KbNumber | null {
    let kb = this.kbs.get(description);
    if (kb === undefined) {
      kb = tryParseKbNumber(description) ?? null;
      this.kbs.set(description, kb);
    }
    return kb;
  }

  /** `undefined` where the row names no product of the tree; `refuse` is told of it, and of each wrong one. */
  convert(row: WireRemediation, refuse: (reason: string) => void): AdvisoryRemediation | undefined {
    const list = this.lists.get(row.products);
    const before = list?.rows.get(row.description);
    if (before !== undefined && saysTheSame(before.wire, row)) return before.remediation;
    const products = list?.products ?? this.productsOf(row.products, refuse);
    if (products.length === 0) {
      refuse('expected at least one ProductID of the ProductTree, got none');
      return undefined;
    }
    const remediation = this.convertRow(row, products);
    this.lists.get(row.products)?.rows.set(row.description, { wire: row, remediation });
    return remediation;
  }

  private productsOf(list: ProductList, refuse: (reason: string) => void): readonly ProductId[] {
    const products: ProductId[] = [];
    let inOrder = true;
    let areKnown = true;
    for (const text of list.ids()) {
      const id = this.known.get(text) ?? this.known.get(text.trim());
      if (id === undefined) {
        refuse(`ProductID ${shown(text)} is not in the document's ProductTree`);
        areKnown = false;
        continue;
      }
      inOrder &&= products.length === 0 || (products.at(-1) ?? '') < id;
      products.push(id);
    }
    const sorted = inOrder ? products : [...new Set(products)].sort();
    // A list with a wrong id is refused wherever it stands, so it is looked at each time.
    if (areKnown) this.lists.set(list, { products: sorted, rows: new Map() });
    return sorted;
  }

  private convertRow(row: WireRemediation, products: readonly ProductId[]): AdvisoryRemediation {
    const kb = this.kbOf(row.description);
    return {
      kb,
      description: kb === null ? collapse(row.description) : '',
      subType: collapse(row.subType),
      fixedBuild: collapse(row.fixedBuild),
      supersedes: parseSupercedence(row.supercedence),
      url: row.url.trim(),
      restartRequired: collapse(row.restartRequired),
      products,
    };
  }
}

/** Apart from Description and products. */
function saysTheSame(a: WireRemediation, b: WireRemediation): boolean {
  return (
    a.fixedBuild === b.fixedBuild &&
    a.url === b.url &&
    a.supercedence === b.supercedence &&
    a.subType === b.subType &&
    a.restartRequired === b.restartRequired
  );
}

/**
 * Every KB number in MSRC's `Supercedence`, which holds one KB, lists split by `;`, blanks or `<br>`, bulletin ids,
 * `None`, even a number cut short.
 */
export function parseSupercedence(text: string): readonly KbNumber[] {
  const kbs = new Set<KbNumber>();
  for (const [digits] of text.matchAll(/(?<!\d)\d{6,7}(?!\d)/g)) {
    const kb = tryParseKbNumber(digits);
    if (kb !== undefined) kbs.add(kb);
  }
  return [...kbs].sort(compareKbNumbers);
}
