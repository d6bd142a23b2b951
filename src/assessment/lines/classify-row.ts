import { findReleases } from '../../catalogue/build-history.ts';
import type { Catalogue, Remediation } from '../../catalogue/catalogue.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import { findWindowsVersion, isUbrOfSide } from '../../catalogue/windows-version.ts';
import type { WindowsProduct } from '../../catalogue/windows-version.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { publishedWindows } from '../identify-os.ts';

/** What a Vendor Fix row of a Windows of the cumulative era names. */
export type RowKind =
  /** A package of the product's own cumulative sequence. */
  | 'cumulative'
  | 'hotpatch'
  /** Neither LCU, hotpatch nor servicing stack: Secure Boot list, recovery image, standalone fix. */
  | 'side-package'
  /** Servicing stacks and setup updates: they open nothing. */
  | 'ignored'
  /** A package of another branch, side or version: mis-filed. */
  | 'suspect';

/** Accepted where installed, but of SubTypes that are not offered: `Update`, `Alternate Cumulative`, `Preview Rollup`. */
export function isOffered(subType: string): boolean {
  return /^(?:security update|cumulative update)$/i.test(subType);
}

/** Servicing stacks and setup updates: they close nothing of their own. */
export function isWindowsServicing(subType: string): boolean {
  return /servic\w*\s*stack/i.test(subType) || /^setup\b/i.test(subType);
}

/**
 * Tells what the row is for this Windows. A KB that the build history knows for the branch is cumulative; else its
 * FixedBuild and the Windows versions that it is published for decide.
 */
export function classifyRow(
  catalogue: Catalogue,
  windows: WindowsProduct,
  osProduct: number,
  row: Remediation,
): RowKind {
  const { kb, subType } = row;
  if (kb === null) return 'ignored';
  if (isWindowsServicing(subType)) return 'ignored';
  const { branch } = windows.version;
  if (isStandalone(catalogue, kb)) return 'side-package';
  if (/hotpatch/i.test(subType)) return fixedUbr(row, windows) === 'foreign' ? 'suspect' : 'hotpatch';
  if (isMisfiled(catalogue, kb, osProduct)) return 'suspect';
  const known = findReleases(kb, branch, windows.side);
  if (known.some(({ kind }) => !kind.startsWith('hotpatch'))) return 'cumulative';
  const ubr = fixedUbr(row, windows);
  if (ubr === 'foreign') return 'suspect';
  if (!isOffered(subType)) return 'side-package';
  const branches = publishedBranches(catalogue, kb);
  const [only] = branches;
  if (branches.size === 1 && only === branch) {
    if (ubr !== undefined) return isInUpdateCatalog(row) ? 'cumulative' : 'side-package';
    return fixesMostOfItsMonth(catalogue, kb, osProduct) ? 'cumulative' : 'side-package';
  }
  return ubr === undefined && isCumulativeElsewhere(kb, branches) ? 'suspect' : 'side-package';
}

/**
 * Whether some row calls it Standalone or Security Only: such a package holds its own fixes alone, whatever other rows call
 * it, and its build is that of a hotpatch (5074204: `26100.7392`).
 */
export function isStandalone(catalogue: Catalogue, kb: KbNumber): boolean {
  const known = catalogue.once(isStandalone, () => new Map<KbNumber, boolean>());
  let standalone = known.get(kb);
  if (standalone === undefined) {
    const { start, end } = catalogue.fixesOfKb(kb);
    standalone = false;
    for (let fix = start; fix < end && !standalone; fix += 1)
      standalone = /^(?:standalone|security only)/i.test(catalogue.remediation(catalogue.fixRemediation(fix)).subType);
    known.set(kb, standalone);
  }
  return standalone;
}

/** The row's UBR where its build is of the product's branch and side, `foreign` where it is of another, else none. */
export function fixedUbr(row: Remediation, windows: WindowsProduct): number | 'foreign' | undefined {
  const fixed = parseFixedVersion(row.fixedBuild);
  if (fixed.kind !== 'windows-build') return undefined;
  const { build, ubr } = fixed.build;
  if (ubr === undefined) return undefined;
  const { branch } = windows.version;
  if (findWindowsVersion(build)?.branch !== branch || !isUbrOfSide(branch, windows.side, ubr)) return 'foreign';
  return ubr;
}

/** Cumulative updates are offered in the Update Catalog; the recovery image's rows point at an article instead. */
function isInUpdateCatalog({ url }: Remediation): boolean {
  return !/\/help\/\d+/.test(url);
}

/** Branches of the Windows versions that some row of the KB names. */
function publishedBranches(catalogue: Catalogue, kb: KbNumber): ReadonlySet<number> {
  return new Set(
    [...fixesByWindows(catalogue, kb).keys()].map((product) => windowsOf(catalogue, product)?.version.branch ?? 0),
  );
}

function isCumulativeElsewhere(kb: KbNumber, branches: ReadonlySet<number>): boolean {
  return [...branches].some(
    (branch) => findReleases(kb, branch, 'client').length > 0 || findReleases(kb, branch, 'server').length > 0,
  );
}

/**
 * The membership test: a cumulative update (10 fixes or more) that fixes on this Windows at most a tenth of what it
 * fixes on its main one does not belong to it (5094126 on Server 2025: 1 of 107). Where another architecture of the same
 * version has more, it has only lost rows (5006670 on 20H2 x64).
 */
export function isMisfiled(catalogue: Catalogue, kb: KbNumber, osProduct: number): boolean {
  const fixes = fixesByWindows(catalogue, kb);
  const most = Math.max(0, ...fixes.values());
  const here = fixes.get(osProduct) ?? 0;
  if (most < 10 || here === 0 || here * 10 > most) return false;
  const own = windowsOf(catalogue, osProduct);
  return ![...fixes].some(([product, count]) => {
    const other = windowsOf(catalogue, product);
    return count * 10 > most && other?.version === own?.version && other?.side === own?.side;
  });
}

/** Whether the KB is an update of some plain Windows, but not of this one: a row of a part of this one that names it is mis-filed. */
export function isOfOtherWindows(catalogue: Catalogue, kb: KbNumber, osProduct: number): boolean {
  const fixes = fixesByWindows(catalogue, kb);
  return fixes.size > 0 && !fixes.has(osProduct);
}

function fixesMostOfItsMonth(catalogue: Catalogue, kb: KbNumber, osProduct: number): boolean {
  const month = catalogue.findRelease(kb)?.releaseId;
  const own = fixesByWindows(catalogue, kb).get(osProduct) ?? 0;
  const rivals = new Set<KbNumber>();
  for (const fix of catalogue.fixesOfProduct(osProduct)) {
    const other = catalogue.remediation(catalogue.fixRemediation(fix)).kb;
    if (other !== null && other !== kb && catalogue.findRelease(other)?.releaseId === month) rivals.add(other);
  }
  return [...rivals].every((other) => (fixesByWindows(catalogue, other).get(osProduct) ?? 0) < own);
}

/** Per plain Windows of the cumulative era, how many vulnerabilities the KB fixes there. */
function fixesByWindows(catalogue: Catalogue, kb: KbNumber): ReadonlyMap<number, number> {
  const cache = catalogue.once(fixesByWindows, () => new Map<KbNumber, ReadonlyMap<number, number>>());
  let fixes = cache.get(kb);
  if (fixes === undefined) {
    const counted = new Map<number, number>();
    const isWindows = windowsFlags(catalogue);
    const { start, end } = catalogue.fixesOfKb(kb);
    for (let fix = start; fix < end; fix += 1) {
      const rows = catalogue.firstRow(fix + 1) - catalogue.firstRow(fix);
      for (const product of catalogue.productsOfSet(catalogue.fixProductSet(fix))) {
        if (isWindows[product] === 1) counted.set(product, (counted.get(product) ?? 0) + rows);
      }
    }
    fixes = counted;
    cache.set(kb, fixes);
  }
  return fixes;
}

function windowsFlags(catalogue: Catalogue): Uint8Array {
  return catalogue.once(windowsFlags, () => {
    const flags = new Uint8Array(catalogue.productCount);
    for (const { product } of publishedWindows(catalogue)) flags[product] = 1;
    return flags;
  });
}

function windowsOf(catalogue: Catalogue, product: number): WindowsProduct | undefined {
  const byProduct = catalogue.once(
    windowsOf,
    () => new Map(publishedWindows(catalogue).map((each) => [each.product, each.windows])),
  );
  return byProduct.get(product);
}
