import { findUbr, firstUbrAfter } from '../../catalogue/build-history.ts';
import type { Catalogue, Remediation, UpdateRelease } from '../../catalogue/catalogue.ts';
import type { WindowsProduct } from '../../catalogue/windows-version.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ReleaseId } from '../../terms/release-id.ts';
import { publishedWindows } from '../identify-os.ts';
import type { OsCandidate } from '../identify-os.ts';
import { classifyRow, fixedUbr, isOffered, isStandalone } from './classify-row.ts';
import type { RowKind } from './classify-row.ts';

/** A package of the sequence of cumulative updates of one Windows product. */
export interface LinePackage {
  readonly kb: KbNumber;
  /** What it brings the device to; `undefined` where neither a document nor the build history says it. */
  readonly ubr: number | undefined;
  /** Where no source says its UBR: the first UBR that the build history dates after it, which holds it. */
  readonly heldFrom?: number;
  /** UTC date, never before that of an earlier package. */
  readonly releasedOn: string;
  readonly releaseId: ReleaseId;
  /** Whether it is offered: previews and alternates are accepted where installed, but never listed. */
  readonly offered: boolean;
}

/** A part of Windows that is serviced inside the cumulative update, `-1` the operating system itself. */
export interface LineProduct {
  readonly product: number;
  readonly part: 'os' | 'edge' | 'internet-explorer';
}

/** An alternative to the cumulative update of its month, with a build of its own. */
export interface Hotpatch {
  readonly kb: KbNumber;
  readonly ubr: number | undefined;
  readonly releasedOn: string;
}

/** One vulnerability of one product of the line, with every way to close it. */
export interface Obligation {
  readonly vulnerability: number;
  readonly product: number;
  /** Places in `packages`, ascending. */
  readonly packages: readonly number[];
  /**
   * The same places by SubType, where there are several: those are alternatives (`Security Update` or `Alternate
   * Cumulative`), of which one must be reached to its last place.
   */
  readonly alternatives: readonly (readonly number[])[];
  readonly hotpatches: readonly Hotpatch[];
  readonly sidePackages: readonly KbNumber[];
  /** The rows name only a package of another line; `packages` then holds the own one of the same document, if any. */
  readonly suspect: boolean;
}

/** A package beside the line, with the UBRs at which MSRC says it is contained. */
export interface SidePackage {
  readonly kb: KbNumber;
  readonly ubr: number | undefined;
  readonly supersedes: readonly KbNumber[];
  readonly releasedOn: string;
  readonly releaseId: ReleaseId;
  /** For several branches: such packages show in a device's update list; the recovery image's never do. */
  readonly shownInLists: boolean;
  readonly offered: boolean;
}

/** All that the catalogue says of one Windows product and the parts inside it, in order: made once per catalogue. */
export interface CumulativeLine {
  readonly windows: WindowsProduct;
  readonly products: readonly LineProduct[];
  /** Oldest first. */
  readonly packages: readonly LinePackage[];
  readonly placeOf: ReadonlyMap<KbNumber, number>;
  /** By the last package that closes them, ascending; those without a package come first. */
  readonly obligations: readonly Obligation[];
  /** Place of the last offered package that the operating system's own rows name, -1 where none does. */
  readonly lastOwn: number;
  /** How many of them no package closes. */
  readonly withoutPackage: number;
  /** Every hotpatch that some obligation names. */
  readonly hotpatches: readonly Hotpatch[];
  readonly sidePackages: ReadonlyMap<KbNumber, SidePackage>;
  /** Ids whose rows stand in for rows that the product has lost, by package. */
  readonly standIns: ReadonlyMap<KbNumber, number>;
}

/** The line of a published Windows product. */
export function cumulativeLine(catalogue: Catalogue, product: number, windows: WindowsProduct): CumulativeLine {
  const lines = catalogue.once(cumulativeLine, () => new Map<number, CumulativeLine>());
  let line = lines.get(product);
  if (line === undefined) {
    line = new LineBuilder(catalogue, product, windows).build();
    lines.set(product, line);
  }
  return line;
}

/** What a row says apart from its vulnerability and product. */
interface ClassifiedRemediation {
  readonly remediation: Remediation;
  readonly kb: KbNumber;
  readonly kind: RowKind;
  /** Of the line's branch and side. */
  readonly ubr: number | undefined;
}

/** A fix of the catalogue as one product of the line sees it: a row for each of its vulnerabilities. */
interface FoundFix extends ClassifiedRemediation {
  readonly fix: number;
  readonly product: number;
}

/** Every fix of one vulnerability of one product. */
interface Closers {
  readonly vulnerability: number;
  readonly product: number;
  readonly fixes: FoundFix[];
}

class LineBuilder {
  private readonly catalogue: Catalogue;
  private readonly product: number;
  private readonly windows: WindowsProduct;
  private readonly standIns = new Map<KbNumber, number>();
  private readonly classified = new Map<number, ClassifiedRemediation | undefined>();

  constructor(catalogue: Catalogue, product: number, windows: WindowsProduct) {
    this.catalogue = catalogue;
    this.product = product;
    this.windows = windows;
  }

  build(): CumulativeLine {
    const products = partsOf(this.catalogue, this.product, this.windows);
    const fixes = products.flatMap(({ product }) => this.fixesOf(product));
    fixes.push(...this.lostFixes(products, fixes));
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
      standIns: this.standIns,
    };
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
    // Parts of Windows have rows beyond its end of servicing now and then: its own rows say how long it lasted.
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
          const classified = this.classify(fix, sibling.product, known);
          const release = classified?.kind === 'cumulative' ? this.catalogue.findRelease(classified.kb) : undefined;
          if (classified === undefined || release === undefined || !isLost(release)) continue;
          lost.push({ ...classified, fix, product: here });
          if (!this.standIns.has(classified.kb)) this.standIns.set(classified.kb, sibling.product);
        }
      }
    }
    return lost;
  }

  /** One vote per row. */
  private rowCount({ fix }: FoundFix): number {
    return this.catalogue.firstRow(fix + 1) - this.catalogue.firstRow(fix);
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

/** The operating system, and the parts inside its cumulative update that this installation has. */
function partsOf(catalogue: Catalogue, product: number, windows: WindowsProduct): readonly LineProduct[] {
  const parts: LineProduct[] = [{ product, part: 'os' }];
  if (windows.core) return parts;
  for (const component of catalogue.componentsOn(catalogue.product(product).id)) {
    const name = catalogue.productName(component);
    if (name.startsWith('Microsoft Edge (EdgeHTML-based)')) parts.push({ product: component, part: 'edge' });
    else if (name.startsWith('Internet Explorer 11')) parts.push({ product: component, part: 'internet-explorer' });
  }
  return parts;
}

/**
 * By UBR, which grows strictly along a branch; packages of which none is known stand by their date. A date that goes
 * back along the UBRs shows a package in the wrong document: it gets the date of the one before it.
 */
export function inOrder(packages: readonly LinePackage[]): readonly LinePackage[] {
  const known = packages
    .filter(({ ubr }) => ubr !== undefined)
    .sort((a, b) => (a.ubr ?? 0) - (b.ubr ?? 0) || compareKbNumbers(a.kb, b.kb));
  const ordered = withGrowingDates(known);
  const unknown = packages
    .filter(({ ubr }) => ubr === undefined)
    .sort((a, b) =>
      a.releasedOn === b.releasedOn ? compareKbNumbers(a.kb, b.kb) : a.releasedOn < b.releasedOn ? -1 : 1,
    );
  for (const each of unknown) {
    const at = ordered.findIndex(({ releasedOn }) => releasedOn > each.releasedOn);
    ordered.splice(at === -1 ? ordered.length : at, 0, each);
  }
  return ordered;
}

function withGrowingDates(packages: readonly LinePackage[]): LinePackage[] {
  const trusted = longestGrowing(packages.map(({ releasedOn }) => releasedOn));
  let latest = '';
  return packages.map((each, place) => {
    if (trusted.has(place)) latest = each.releasedOn;
    return each.releasedOn === latest ? each : { ...each, releasedOn: latest === '' ? each.releasedOn : latest };
  });
}

/** Places of the longest sequence of texts that never goes back. */
function longestGrowing(texts: readonly string[]): ReadonlySet<number> {
  const length: number[] = [];
  const before: number[] = [];
  texts.forEach((text, place) => {
    length[place] = 1;
    before[place] = -1;
    for (let earlier = 0; earlier < place; earlier += 1) {
      if ((texts[earlier] ?? '') <= text && (length[earlier] ?? 0) + 1 > (length[place] ?? 0)) {
        length[place] = (length[earlier] ?? 0) + 1;
        before[place] = earlier;
      }
    }
  });
  const places = new Set<number>();
  let place = length.indexOf(Math.max(0, ...length));
  while (place !== -1 && texts.length > 0) {
    places.add(place);
    place = before[place] ?? -1;
  }
  return places;
}
