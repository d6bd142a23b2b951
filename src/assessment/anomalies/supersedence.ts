import { findReleases } from '../../catalogue/build-history.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { rollupHistory } from '../../catalogue/rollup-history.ts';
import { isParted, isRollupEra, windowsVersions } from '../../catalogue/windows-version.ts';
import { platformOf } from '../../terms/product-id.ts';
import { compareKbNumbers, formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { publishedWindows } from '../identify-os.ts';
import type { OsCandidate } from '../identify-os.ts';
import type { AnomalyList } from './anomaly.ts';
import { fixesOf, lineOf, supersededOn } from './published-fixes.ts';

/** Packages of a Windows' own rows whose chain is broken: no row of it or of its parts names an earlier package. */
export function addBrokenChains(catalogue: Catalogue, os: OsCandidate, found: AnomalyList): void {
  const { product, windows } = os;
  const { packages, placeOf, products } = lineOf(catalogue, os);
  const own = products.map((each) => each.product);
  const holders = own.map((each) => catalogue.holdsProduct(each));
  const first = packages.findIndex(({ offered }) => offered);
  const history = new Set(isRollupEra(windows.version) ? rollupHistory(windows.version.build) : []);
  packages.forEach(({ kb, offered }, place) => {
    if (place <= first || !offered) return;
    // Rows of a sibling stand in where the own ones are lost: they say nothing of this product.
    if (![...fixesOf(catalogue, kb)].some(({ fix }) => holders.some((holds) => holds(catalogue.fixProductSet(fix)))))
      return;
    const named = [...supersededOn(catalogue, kb, own)].sort(compareKbNumbers);
    const links = named.some(
      (older) =>
        (placeOf.get(older) ?? Infinity) < place ||
        history.has(older) ||
        findReleases(older, windows.version.branch, windows.side).length > 0,
    );
    if (!links)
      found.add('broken-chain', kb, {
        detail: `${formatKb(kb)} names no earlier update of the line as superseded${named.length === 0 ? '' : `, only ${named.map(formatKb).join(', ')}`}`,
        product,
      });
  });
}

/** Links that lead nowhere, to itself, round in a circle, or to an update of another Windows. */
export function addWrongLinks(catalogue: Catalogue, found: AnomalyList): void {
  const older = new Map<KbNumber, ReadonlySet<KbNumber>>();
  const windows = new WindowsOfKbs(catalogue);
  for (const kb of catalogue.kbs) {
    const named = supersededOn(catalogue, kb);
    if (named.has(kb)) found.add('self-supersedence', kb, { detail: `${formatKb(kb)} names itself as superseded` });
    const others = new Set([...named].filter((each) => each !== kb));
    older.set(kb, others);
    for (const each of [...others].sort(compareKbNumbers)) {
      if (!catalogue.hasKb(each)) found.add('dangling-target', kb, { detail: danglingDetail(kb, each) });
      else if (windows.areStrangers(kb, each))
        found.add('foreign-link', kb, {
          detail: `${formatKb(kb)} names ${formatKb(each)} as superseded, an update of ${windows.nameOf(each)}`,
        });
    }
  }
  for (const kb of catalogue.kbs) {
    const circle = [...(older.get(kb) ?? [])].filter((each) => reaches(each, kb, older)).sort(compareKbNumbers);
    if (circle.length > 0)
      found.add('supersedence-cycle', kb, {
        detail: `${formatKb(kb)} supersedes ${circle.map(formatKb).join(', ')}, which supersedes it`,
      });
  }
}

function danglingDetail(kb: KbNumber, target: KbNumber): string {
  const known = windowsVersions().flatMap(({ branch }) =>
    findReleases(target, branch, 'client').concat(findReleases(target, branch, 'server')),
  )[0];
  const what = known === undefined ? '' : `; the build history knows it as ${known.build}.${known.ubr}`;
  return `${formatKb(kb)} names ${formatKb(target)} as superseded, which no fix row names${what}`;
}

/** Which Windows an update's rows are for, itself or a part of it. */
class WindowsOfKbs {
  private readonly catalogue: Catalogue;
  private readonly keys = new Map<number, string>();
  private readonly known = new Map<KbNumber, ReadonlyMap<string, number>>();

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
    const byId = new Map(
      publishedWindows(catalogue).map(({ product, windows: { version, side } }) => [
        catalogue.product(product).id,
        isParted(version.branch) ? `${version.branch} ${side}` : String(version.branch),
      ]),
    );
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const { id } = catalogue.product(product);
      const key = byId.get(platformOf(id) ?? id);
      if (key !== undefined) this.keys.set(product, key);
    }
  }

  /** Both are of Windows, and of none together. */
  areStrangers(a: KbNumber, b: KbNumber): boolean {
    const [ofA, ofB] = [this.of(a), this.of(b)];
    return ofA.size > 0 && ofB.size > 0 && [...ofA.keys()].every((key) => !ofB.has(key));
  }

  nameOf(kb: KbNumber): string {
    return [...this.of(kb).values()].map((product) => this.catalogue.productName(product)).sort()[0] ?? '';
  }

  private of(kb: KbNumber): ReadonlyMap<string, number> {
    let found = this.known.get(kb);
    if (found === undefined) {
      const keys = new Map<string, number>();
      for (const { fix } of fixesOf(this.catalogue, kb))
        for (const product of this.catalogue.productsOfSet(this.catalogue.fixProductSet(fix))) {
          const key = this.keys.get(product);
          if (key !== undefined && !keys.has(key)) keys.set(key, product);
        }
      found = keys;
      this.known.set(kb, found);
    }
    return found;
  }
}

function reaches(from: KbNumber, to: KbNumber, older: ReadonlyMap<KbNumber, ReadonlySet<KbNumber>>): boolean {
  const seen = new Set<KbNumber>([from]);
  const open = [from];
  for (let kb = open.pop(); kb !== undefined; kb = open.pop()) {
    for (const each of older.get(kb) ?? []) {
      if (each === to) return true;
      if (seen.has(each)) continue;
      seen.add(each);
      open.push(each);
    }
  }
  return false;
}
