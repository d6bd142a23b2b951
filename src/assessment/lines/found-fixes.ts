import type { Catalogue, Remediation, UpdateRelease } from '../../catalogue/catalogue.ts';
import type { WindowsProduct } from '../../catalogue/windows-version.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { publishedWindows } from '../identify-os.ts';
import type { OsCandidate } from '../identify-os.ts';
import { classifyRow, fixedUbr } from './classify-row.ts';
import type { RowKind } from './classify-row.ts';
import type { LineProduct } from './cumulative-line.ts';

/** What a row says apart from its vulnerability and product. */
interface ClassifiedRemediation {
  readonly remediation: Remediation;
  readonly kb: KbNumber;
  readonly kind: RowKind;
  /** Of the line's branch and side. */
  readonly ubr: number | undefined;
}

/** A fix of the catalogue as one product of the line sees it: a row for each of its vulnerabilities. */
export interface FoundFix extends ClassifiedRemediation {
  readonly fix: number;
  readonly product: number;
}

/** The operating system, and the parts inside its cumulative update that this installation has. */
export function partsOf(catalogue: Catalogue, product: number, windows: WindowsProduct): readonly LineProduct[] {
  const parts: LineProduct[] = [{ product, part: 'os' }];
  if (windows.core) return parts;
  for (const component of catalogue.componentsOn(catalogue.product(product).id)) {
    const name = catalogue.productName(component);
    if (name.startsWith('Microsoft Edge (EdgeHTML-based)')) parts.push({ product: component, part: 'edge' });
    else if (name.startsWith('Internet Explorer 11')) parts.push({ product: component, part: 'internet-explorer' });
  }
  return parts;
}

/** All fixes that a Windows product and its parts have, those that it has lost and others still have included. */
export class FixFinder {
  /** Ids whose rows stand in for rows that the product has lost, by package. */
  readonly standIns = new Map<KbNumber, number>();
  private readonly catalogue: Catalogue;
  private readonly product: number;
  private readonly windows: WindowsProduct;
  private readonly classified = new Map<number, ClassifiedRemediation | undefined>();

  constructor(catalogue: Catalogue, product: number, windows: WindowsProduct) {
    this.catalogue = catalogue;
    this.product = product;
    this.windows = windows;
  }

  find(products: readonly LineProduct[]): readonly FoundFix[] {
    const own = products.flatMap(({ product }) => this.fixesOf(product));
    const last = this.lastOfVersion(own);
    const all = [...own, ...this.lostFixes(products, own)];
    // Parts of Windows have rows beyond its end of servicing now and then, which name the update of another version.
    return all.filter(({ kind, kb }) => kind !== 'cumulative' || this.releasedOn(kb) <= last);
  }

  /** The newest cumulative update that the operating system's own rows name, on any processor. */
  private lastOfVersion(own: readonly FoundFix[]): string {
    let last = '';
    for (const { kind, kb, product } of own)
      if (kind === 'cumulative' && product === this.product && this.releasedOn(kb) > last) last = this.releasedOn(kb);
    for (const { product } of this.siblings()) {
      const known = new Map<number, ClassifiedRemediation | undefined>();
      for (const fix of this.catalogue.fixesOfProduct(product)) {
        const release = this.releaseOfFix(fix);
        if (release === undefined || release.releasedOn <= last) continue;
        if (this.classify(fix, product, known)?.kind === 'cumulative') last = release.releasedOn;
      }
    }
    return last === '' ? '9999' : last;
  }

  private releaseOfFix(fix: number): UpdateRelease | undefined {
    const { kb } = this.catalogue.remediation(this.catalogue.fixRemediation(fix));
    return kb === null ? undefined : this.catalogue.findRelease(kb);
  }

  private releasedOn(kb: KbNumber): string {
    return this.catalogue.findRelease(kb)?.releasedOn ?? '';
  }

  private fixesOf(product: number): FoundFix[] {
    const found: FoundFix[] = [];
    for (const fix of this.catalogue.fixesOfProduct(product)) {
      const classified = this.classify(fix, this.product, this.classified);
      if (classified !== undefined) found.push({ ...classified, fix, product });
    }
    return found;
  }

  /** Fixes share remediations: each is looked at once per Windows product. */
  private classify(
    fix: number,
    osProduct: number,
    known: Map<number, ClassifiedRemediation | undefined>,
  ): ClassifiedRemediation | undefined {
    const index = this.catalogue.fixRemediation(fix);
    if (known.has(index)) return known.get(index);
    const remediation = this.catalogue.remediation(index);
    const kind =
      remediation.kb === null ? 'ignored' : classifyRow(this.catalogue, this.windows, osProduct, remediation);
    const ubr = fixedUbr(remediation, this.windows);
    const classified =
      remediation.kb === null || kind === 'ignored'
        ? undefined
        : { remediation, kb: remediation.kb, kind, ubr: typeof ubr === 'number' ? ubr : undefined };
    known.set(index, classified);
    return classified;
  }

  /**
   * Fixes that a sibling of the same version (another architecture) still has for months in which this product has
   * lost all of its own: 20H2 x64 (11800) in 26 of 31 months. Where no architecture has them, but the months before and
   * after, another version of the branch stands in: its updates are the same (22H2 in May 2026).
   */
  private lostFixes(products: readonly LineProduct[], own: readonly FoundFix[]): FoundFix[] {
    const ownMonths = this.monthsOf(own);
    const lost = this.fixesOfSiblings(products, this.siblings(), ({ releaseId }) => !ownMonths.has(releaseId));
    const held = [...own, ...lost];
    const months = this.monthsOf(held);
    const dates = [...this.monthsOf(held.filter(({ product }) => product === this.product)).values()].sort();
    const [first = '', last = ''] = [dates[0], dates.at(-1)];
    const between = this.fixesOfSiblings(
      products,
      this.branchSiblings(),
      ({ releaseId, releasedOn }) => !months.has(releaseId) && releasedOn > first && releasedOn < last,
    );
    return [...lost, ...between];
  }

  /** Months in which there is a cumulative update, with the day of their document. */
  private monthsOf(fixes: readonly FoundFix[]): ReadonlyMap<string, string> {
    const months = new Map<string, string>();
    for (const { kb, kind } of fixes) {
      const release = kind === 'cumulative' ? this.catalogue.findRelease(kb) : undefined;
      if (release !== undefined) months.set(release.releaseId, release.releasedOn);
    }
    return months;
  }

  private fixesOfSiblings(
    products: readonly LineProduct[],
    siblings: readonly OsCandidate[],
    isLost: (release: UpdateRelease) => boolean,
  ): FoundFix[] {
    const lost: FoundFix[] = [];
    for (const sibling of siblings) {
      const known = new Map<number, ClassifiedRemediation | undefined>();
      for (const { part, product } of partsOf(this.catalogue, sibling.product, sibling.windows)) {
        const here = products.find((each) => each.part === part)?.product;
        if (here === undefined) continue;
        for (const fix of this.catalogue.fixesOfProduct(product)) {
          const release = this.releaseOfFix(fix);
          if (release === undefined || !isLost(release)) continue;
          const classified = this.classify(fix, sibling.product, known);
          if (classified?.kind !== 'cumulative') continue;
          lost.push({ ...classified, fix, product: here });
          if (!this.standIns.has(classified.kb)) this.standIns.set(classified.kb, sibling.product);
        }
      }
    }
    return lost;
  }

  private siblings(): readonly OsCandidate[] {
    return publishedWindows(this.catalogue).filter(({ product, windows: { version, side, core } }) => {
      const own = this.windows;
      return product !== this.product && version === own.version && side === own.side && core === own.core;
    });
  }

  /** Other versions of the branch for the same processors: they get the same updates. */
  private branchSiblings(): readonly OsCandidate[] {
    const own = this.windows;
    return publishedWindows(this.catalogue).filter(
      ({ windows: { version, side, core, architecture } }) =>
        version !== own.version &&
        version.branch === own.version.branch &&
        side === own.side &&
        core === own.core &&
        architecture === own.architecture,
    );
  }
}
