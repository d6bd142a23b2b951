import { findUbr, firstUbrAfter } from '../../catalogue/build-history.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { WindowsProduct } from '../../catalogue/windows-version.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { isOffered, isStandalone } from './classify-row.ts';
import type { CumulativeLine, Hotpatch, LinePackage, Obligation, SidePackage } from './cumulative-line.ts';
import { FixFinder, partsOf } from './found-fixes.ts';
import type { FoundFix } from './found-fixes.ts';
import { inOrder } from './package-order.ts';

/** Every fix of one vulnerability of one product. */
interface Closers {
  readonly vulnerability: number;
  readonly product: number;
  readonly fixes: FoundFix[];
}

/** Makes the line of a Windows product out of the catalogue's rows. */
export class CumulativeLineBuilder {
  private readonly catalogue: Catalogue;
  private readonly product: number;
  private readonly windows: WindowsProduct;

  constructor(catalogue: Catalogue, product: number, windows: WindowsProduct) {
    this.catalogue = catalogue;
    this.product = product;
    this.windows = windows;
  }

  build(): CumulativeLine {
    const products = partsOf(this.catalogue, this.product, this.windows);
    const finder = new FixFinder(this.catalogue, this.product, this.windows);
    const fixes = finder.find(products);
    const packages = this.packagesOf(fixes);
    const placeOf = new Map(packages.map(({ kb }, place) => [kb, place]));
    const obligations = this.obligationsOf(fixes, packages, placeOf);
    const hotpatches = new Map(
      obligations.flatMap((each) => each.hotpatches.map((hotpatch) => [hotpatch.kb, hotpatch])),
    );
    return {
      windows: this.windows,
      products,
      packages,
      placeOf,
      obligations,
      lastOwn: lastOwnPlace(obligations, packages, this.product),
      withoutPackage: obligations.filter((each) => each.packages.length === 0).length,
      hotpatches: [...hotpatches.values()],
      sidePackages: this.sidePackagesOf(fixes),
      standIns: finder.standIns,
    };
  }

  /** One vote per row. */
  private rowCount({ fix }: FoundFix): number {
    return this.catalogue.firstRow(fix + 1) - this.catalogue.firstRow(fix);
  }

  private packagesOf(fixes: readonly FoundFix[]): readonly LinePackage[] {
    const byKb = new Map<KbNumber, FoundFix[]>();
    for (const fix of fixes) {
      if (fix.kind !== 'cumulative') continue;
      const list = byKb.get(fix.kb);
      if (list === undefined) byKb.set(fix.kb, [fix]);
      else list.push(fix);
    }
    const packages: LinePackage[] = [];
    for (const [kb, fixesOfKb] of byKb) {
      const release = this.catalogue.findRelease(kb);
      if (release === undefined) continue;
      const ubr = this.ubrOf(kb, fixesOfKb);
      const { branch } = this.windows.version;
      const heldFrom = ubr === undefined ? firstUbrAfter(release.releasedOn, branch, this.windows.side) : undefined;
      packages.push({
        kb,
        ubr,
        ...(heldFrom === undefined ? {} : { heldFrom }),
        releasedOn: release.releasedOn,
        releaseId: release.releaseId,
        offered: fixesOfKb.some(({ remediation }) => isOffered(remediation.subType)),
      });
    }
    return inOrder(packages);
  }

  /** The value that most rows give (two values for one product occur), else what the build history says. */
  private ubrOf(kb: KbNumber, fixes: readonly FoundFix[]): number | undefined {
    const votes = new Map<number, number>();
    for (const fix of fixes)
      if (fix.ubr !== undefined) votes.set(fix.ubr, (votes.get(fix.ubr) ?? 0) + this.rowCount(fix));
    const [winner] = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return winner?.[0] ?? findUbr(kb, this.windows.version.branch, this.windows.side);
  }

  private obligationsOf(
    fixes: readonly FoundFix[],
    packages: readonly LinePackage[],
    placeOf: ReadonlyMap<KbNumber, number>,
  ): readonly Obligation[] {
    const { catalogue } = this;
    const groups = new Map<number, Closers>();
    for (const each of fixes) {
      const nextRow = catalogue.firstRow(each.fix + 1);
      for (let row = catalogue.firstRow(each.fix); row < nextRow; row += 1) {
        const vulnerability = catalogue.rowVulnerability(row);
        const key = vulnerability * catalogue.productCount + each.product;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { vulnerability, product: each.product, fixes: [each] });
        else group.fixes.push(each);
      }
    }
    const obligations = [...groups.values()].map((group) => this.obligationOf(group, packages, placeOf));
    return obligations.sort(
      (a, b) =>
        (a.packages.at(-1) ?? -1) - (b.packages.at(-1) ?? -1) ||
        a.product - b.product ||
        a.vulnerability - b.vulnerability,
    );
  }

  private obligationOf(
    { vulnerability, product, fixes }: Closers,
    packages: readonly LinePackage[],
    placeOf: ReadonlyMap<KbNumber, number>,
  ): Obligation {
    const places = new Map<number, string>();
    const hotpatches = new Map<KbNumber, Hotpatch>();
    const sidePackages = new Set<KbNumber>();
    for (const { kb, kind, ubr, remediation } of fixes) {
      const place = placeOf.get(kb);
      if (kind === 'cumulative' && place !== undefined) places.set(place, remediation.subType.toLowerCase());
      else if (kind === 'side-package') sidePackages.add(kb);
      else if (kind === 'hotpatch') {
        const releasedOn = this.catalogue.findRelease(kb)?.releasedOn ?? '';
        hotpatches.set(kb, { kb, ubr, releasedOn });
      }
    }
    const suspect = places.size === 0 && hotpatches.size === 0 && sidePackages.size === 0;
    if (suspect) {
      // The row names a package of another line: the product's own one of the same document is the fix.
      const month = this.catalogue.vulnerabilityDocument(vulnerability).id;
      const own = packages.findLastIndex(({ releaseId, offered }) => releaseId === month && offered);
      if (own !== -1) places.set(own, '');
    }
    const sorted = [...places.keys()].sort((a, b) => a - b);
    const bySubType = Map.groupBy(sorted, (place) => places.get(place));
    return {
      vulnerability,
      product,
      packages: sorted,
      alternatives: bySubType.size > 1 ? [...bySubType.values()] : [],
      hotpatches: [...hotpatches.values()].sort((a, b) => compareKbNumbers(a.kb, b.kb)),
      sidePackages: [...sidePackages].sort(compareKbNumbers),
      suspect,
    };
  }

  private sidePackagesOf(fixes: readonly FoundFix[]): ReadonlyMap<KbNumber, SidePackage> {
    const found = new Map<KbNumber, SidePackage>();
    for (const { kb, kind, remediation, ubr } of fixes) {
      if (kind !== 'side-package') continue;
      const release = this.catalogue.findRelease(kb);
      if (release === undefined) continue;
      const before = found.get(kb);
      found.set(kb, {
        kb,
        ubr: ubr === undefined ? before?.ubr : Math.max(ubr, before?.ubr ?? 0),
        supersedes: [...new Set([...(before?.supersedes ?? []), ...remediation.supersedes])],
        releasedOn: release.releasedOn,
        releaseId: release.releaseId,
        shownInLists: before?.shownInLists ?? !/\/help\/\d+/.test(remediation.url),
        offered: (before?.offered ?? false) || (isOffered(remediation.subType) && !isStandalone(this.catalogue, kb)),
      });
    }
    return found;
  }
}

function lastOwnPlace(obligations: readonly Obligation[], packages: readonly LinePackage[], product: number): number {
  let last = -1;
  for (const each of obligations) {
    if (each.product !== product) continue;
    for (const place of each.packages) if (place > last && packages[place]?.offered === true) last = place;
  }
  return last;
}
