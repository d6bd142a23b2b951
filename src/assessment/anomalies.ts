import { findReleases } from '../catalogue/build-history.ts';
import type { Catalogue, Remediation } from '../catalogue/catalogue.ts';
import { parseFixedVersion } from '../catalogue/fixed-version.ts';
import { findWindowsVersion, isRollupEra } from '../catalogue/windows-version.ts';
import { compareKbNumbers, formatKb } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { ReleaseId } from '../terms/release-id.ts';
import { publishedWindows } from './identify-os.ts';
import type { OsCandidate } from './identify-os.ts';
import { isMisfiled } from './lines/classify-row.ts';
import { cumulativeLine } from './lines/cumulative-line.ts';

/** What can be wrong with published data, as far as the verdict distrusts or survives it. */
export const anomalyKinds = [
  /** A FixedBuild of another family of Windows than the product's. */
  'foreign-build',
  /** A cumulative update filed under a Windows that it does not belong to. */
  'wrong-lineage',
  /** One cumulative update for several families of Windows. */
  'several-families',
  /** A FixedBuild that is no version. */
  'unreadable-version',
  /** The rows of one update and product name different builds. */
  'two-builds',
  /** The documents' build differs from that of the published build history. */
  'history-disagrees',
  /** A package of the line that names no earlier one of it as superseded. */
  'broken-chain',
  /** An update that supersedes itself. */
  'self-supersedence',
  /** Updates that supersede each other in a circle. */
  'supersedence-cycle',
] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** One error of the published data. */
export interface Anomaly {
  /** Document in which the update was released; of a row without one, that of its vulnerability. */
  readonly releaseId: ReleaseId;
  readonly kind: AnomalyKind;
  readonly kb: KbNumber | null;
  /** Names of the products concerned, sorted; empty where it is of the update itself. */
  readonly products: readonly string[];
  /** What is published, and what speaks against it. */
  readonly detail: string;
}

/** Every row and link of the catalogue that the verdict distrusts, by document, newest first, then kind and KB. */
export function findAnomalies(catalogue: Catalogue): readonly Anomaly[] {
  const found = new AnomalyList(catalogue);
  for (const windows of publishedWindows(catalogue)) addOfWindows(catalogue, windows, found);
  addUnreadable(catalogue, found);
  addFamilies(catalogue, found);
  addLoops(catalogue, found);
  return found.sorted();
}

class AnomalyList {
  private readonly catalogue: Catalogue;
  private readonly byKey = new Map<string, Omit<Anomaly, 'products'> & { readonly products: Set<string> }>();

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
  }

  add(
    kind: AnomalyKind,
    kb: KbNumber | null,
    { detail, product, releaseId }: { detail: string; product?: number; releaseId?: ReleaseId },
  ): void {
    const release = releaseId ?? (kb === null ? undefined : this.catalogue.findRelease(kb)?.releaseId);
    if (release === undefined) return;
    const key = `${release} ${kind} ${kb ?? ''} ${detail}`;
    const known = this.byKey.get(key) ?? { releaseId: release, kind, kb, detail, products: new Set<string>() };
    this.byKey.set(key, known);
    if (product !== undefined) known.products.add(this.catalogue.productName(product));
  }

  sorted(): readonly Anomaly[] {
    const order = new Map(this.catalogue.documents.map(({ id }, index) => [id, index]));
    const list = Array.from(this.byKey.values(), (each) => ({ ...each, products: [...each.products].sort() }));
    return list.sort(
      (a, b) =>
        (order.get(b.releaseId) ?? -1) - (order.get(a.releaseId) ?? -1) ||
        anomalyKinds.indexOf(a.kind) - anomalyKinds.indexOf(b.kind) ||
        Number(a.kb ?? 0) - Number(b.kb ?? 0) ||
        (a.detail < b.detail ? -1 : 1),
    );
  }
}

function addOfWindows(catalogue: Catalogue, { product, windows }: OsCandidate, found: AnomalyList): void {
  const { version, side } = windows;
  const builds = new Map<KbNumber, Set<number>>();
  for (const fix of catalogue.fixesOfProduct(product)) {
    const { kb, fixedBuild, subType } = catalogue.remediation(catalogue.fixRemediation(fix));
    if (kb === null) continue;
    const fixed = parseFixedVersion(fixedBuild);
    if (fixed.kind === 'windows-build' && findWindowsVersion(fixed.build.build)?.branch !== version.branch) {
      found.add('foreign-build', kb, { detail: `${formatKb(kb)} has the build ${fixedBuild} there`, product });
    } else if (fixed.kind === 'windows-build' && fixed.build.ubr !== undefined && !/hotpatch/i.test(subType)) {
      builds.set(kb, (builds.get(kb) ?? new Set()).add(fixed.build.ubr));
    }
    if (/^(?:security update|monthly rollup|cumulative update)$/i.test(subType) && isMisfiled(catalogue, kb, product))
      found.add('wrong-lineage', kb, {
        detail: `${formatKb(kb)} fixes a tenth or less there of what it fixes elsewhere`,
        product,
      });
  }
  for (const [kb, ubrs] of builds) {
    const sorted = [...ubrs].sort((a, b) => a - b);
    if (sorted.length > 1)
      found.add('two-builds', kb, {
        detail: `${formatKb(kb)} has the builds ${sorted.map((ubr) => `${version.build}.${ubr}`).join(' and ')}`,
        product,
      });
    const history = [...new Set(findReleases(kb, version.branch, side).map(({ ubr }) => ubr))];
    if (history.length > 0 && !sorted.some((ubr) => history.includes(ubr)))
      found.add('history-disagrees', kb, {
        detail: `${formatKb(kb)} has .${sorted.join(', .')} in the documents, .${history.join(', .')} in the build history`,
        product,
      });
  }
  if (!isRollupEra(version)) addBrokenChains(catalogue, { product, windows }, found);
}

function addBrokenChains(catalogue: Catalogue, { product, windows }: OsCandidate, found: AnomalyList): void {
  const { packages, placeOf } = cumulativeLine(catalogue, product, windows);
  packages.forEach(({ kb, offered }, place) => {
    if (place === 0 || !offered) return;
    const older = supersededOn(catalogue, kb, product);
    const links = older.some(
      (each) =>
        (placeOf.get(each) ?? Infinity) < place || findReleases(each, windows.version.branch, windows.side).length > 0,
    );
    if (!links)
      found.add('broken-chain', kb, {
        detail: `${formatKb(kb)} names no earlier update of the line as superseded`,
        product,
      });
  });
}

function supersededOn(catalogue: Catalogue, kb: KbNumber, product: number): readonly KbNumber[] {
  const older = new Set<KbNumber>();
  const holds = catalogue.holdsProduct(product);
  for (const { fix, remediation } of fixesOf(catalogue, kb))
    if (holds(catalogue.fixProductSet(fix))) for (const each of remediation.supersedes) older.add(each);
  return [...older];
}

function* fixesOf(
  catalogue: Catalogue,
  kb: KbNumber,
): Generator<{ readonly fix: number; readonly remediation: Remediation }> {
  const { start, end } = catalogue.fixesOfKb(kb);
  for (let fix = start; fix < end; fix += 1)
    yield { fix, remediation: catalogue.remediation(catalogue.fixRemediation(fix)) };
}

function addUnreadable(catalogue: Catalogue, found: AnomalyList): void {
  for (let row = 0; row < catalogue.rowCount; row += 1) {
    const { kb, fixedBuild } = catalogue.remediation(catalogue.rowRemediation(row));
    if (fixedBuild === '' || parseFixedVersion(fixedBuild).kind !== 'unreadable') continue;
    const releaseId = catalogue.vulnerabilityDocument(catalogue.rowVulnerability(row)).id;
    const detail = `"${fixedBuild}" is no version`;
    for (const product of catalogue.rowProducts(row)) {
      if (!isLinux(catalogue, product)) found.add('unreadable-version', kb, { detail, product, releaseId });
    }
  }
}

/** Packages of Azure Linux and Mariner have versions of their own form. */
function isLinux(catalogue: Catalogue, product: number): boolean {
  const { name, family } = catalogue.product(product);
  return (
    /mariner|azure linux|open source/i.test(family ?? '') || /^(?:azl\d|cbl\d?|cm\d)\b|azure linux|mariner/i.test(name)
  );
}

function addFamilies(catalogue: Catalogue, found: AnomalyList): void {
  const branches = new Map<KbNumber, Map<number, number>>();
  for (const { product, windows } of publishedWindows(catalogue)) {
    if (isRollupEra(windows.version)) continue;
    for (const { kb } of cumulativeLine(catalogue, product, windows).packages) {
      const known = branches.get(kb) ?? new Map<number, number>();
      branches.set(kb, known.set(windows.version.branch, product));
    }
  }
  for (const [kb, known] of branches) {
    if (known.size < 2) continue;
    const detail = `${formatKb(kb)} stands on the lines of the builds ${[...known.keys()].sort((a, b) => a - b).join(', ')}`;
    for (const product of known.values()) found.add('several-families', kb, { detail, product });
  }
}

function addLoops(catalogue: Catalogue, found: AnomalyList): void {
  const older = new Map<KbNumber, Set<KbNumber>>();
  for (const kb of catalogue.kbs) {
    const all = new Set<KbNumber>();
    for (const { remediation } of fixesOf(catalogue, kb)) for (const each of remediation.supersedes) all.add(each);
    if (all.delete(kb)) found.add('self-supersedence', kb, { detail: `${formatKb(kb)} names itself as superseded` });
    older.set(kb, all);
  }
  for (const kb of catalogue.kbs) {
    const circle = [...(older.get(kb) ?? [])].filter((each) => reaches(each, kb, older)).sort(compareKbNumbers);
    if (circle.length > 0)
      found.add('supersedence-cycle', kb, {
        detail: `${formatKb(kb)} supersedes ${circle.map(formatKb).join(', ')}, which supersedes it`,
      });
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
