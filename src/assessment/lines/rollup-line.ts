import type { Catalogue, Remediation } from '../../catalogue/catalogue.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import { rollupHistory } from '../../catalogue/rollup-history.ts';
import { isRollupEra } from '../../catalogue/windows-version.ts';
import type { WindowsProduct } from '../../catalogue/windows-version.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { UpdateKind } from '../../terms/update-kind.ts';
import { isMisfiled, isOfOtherWindows, isWindowsServicing } from './classify-row.ts';
import { inOrder } from './package-order.ts';
import type { CumulativeLine, LinePackage, LineProduct } from './cumulative-line.ts';

/** An update of a Windows before 10 other than its rollups. */
export interface ComponentUpdate {
  readonly kb: KbNumber;
  /** `security-update`: of one component; `other`: accepted where installed, never offered (Standalone, Update). */
  readonly kind: Extract<UpdateKind, 'security-only' | 'ie-cumulative' | 'security-update' | 'other'>;
  readonly releasedOn: string;
  /** UBR that its rows name for this Windows. */
  readonly ubr: number | undefined;
  readonly supersedes: readonly KbNumber[];
}

/** One vulnerability of one product, with every way to close it. */
export interface RollupObligation {
  readonly vulnerability: number;
  readonly product: number;
  /** Places in `packages`, ascending. */
  readonly rollups: readonly number[];
  readonly updates: readonly ComponentUpdate[];
  /** The rows name packages of another Windows only; `rollups` then holds the own one of the same document, if any. */
  readonly suspect: boolean;
}

/** What the catalogue says of one Windows before 10: its rollups in order, and what else closes a vulnerability there. */
export interface RollupLine extends CumulativeLine {
  readonly rollupObligations: readonly RollupObligation[];
  readonly updates: ReadonlyMap<KbNumber, ComponentUpdate>;
  /** Place of the last rollup that a preview holds, by the preview's KB. */
  readonly previews: ReadonlyMap<KbNumber, number>;
}

/** The line of rollups of a Windows before 10, made once per catalogue. */
export function rollupLine(catalogue: Catalogue, product: number, windows: WindowsProduct): RollupLine {
  const lines = catalogue.once(rollupLine, () => new Map<number, RollupLine>());
  let line = lines.get(product);
  if (line === undefined) {
    line = build(catalogue, product, windows);
    lines.set(product, line);
  }
  return line;
}

export function isRollupLine(line: CumulativeLine): line is RollupLine {
  return isRollupEra(line.windows.version);
}

function build(catalogue: Catalogue, os: number, windows: WindowsProduct): RollupLine {
  const products = partsOf(catalogue, os, windows);
  const packages: LinePackage[] = [];
  const updates = new Map<KbNumber, ComponentUpdate>();
  const kinds = new Map<number, RollupRow>();
  for (const { product } of products) {
    for (const fix of catalogue.fixesOfProduct(product)) {
      const index = catalogue.fixRemediation(fix);
      if (kinds.has(index)) continue;
      const row = classify(catalogue, { windows, os, remediation: catalogue.remediation(index) });
      kinds.set(index, row);
      const release = row.kb === null ? undefined : catalogue.findRelease(row.kb);
      if (row.kb === null || release === undefined || row.kind === 'ignored' || row.kind === 'suspect') continue;
      if (row.kind === 'rollup' || row.kind === 'preview-rollup') addPackage(packages, { ...row, kb: row.kb }, release);
      else addUpdate(updates, { ...row, kb: row.kb, kind: row.kind }, release.releasedOn);
    }
  }
  const ordered = inOrder(packages);
  const placeOf = new Map(ordered.map(({ kb }, place) => [kb, place]));
  return {
    windows,
    products,
    packages: ordered,
    placeOf,
    obligations: [],
    lastOwn: ordered.findLastIndex(({ offered }) => offered),
    withoutPackage: 0,
    hotpatches: [],
    sidePackages: new Map(),
    standIns: new Map(),
    rollupObligations: obligationsOf(catalogue, { products, kinds, packages: ordered, placeOf, updates }),
    updates,
    previews: previewsOf(windows.version.build, placeOf),
  };
}

/** The operating system and every Internet Explorer that is published for it. */
function partsOf(catalogue: Catalogue, os: number, windows: WindowsProduct): readonly LineProduct[] {
  const parts: LineProduct[] = [{ product: os, part: 'os' }];
  if (windows.core) return parts;
  for (const component of catalogue.componentsOn(catalogue.product(os).id)) {
    if (catalogue.productName(component).startsWith('Internet Explorer'))
      parts.push({ product: component, part: 'internet-explorer' });
  }
  return parts;
}

interface RollupRow {
  readonly kb: KbNumber | null;
  readonly kind: ComponentUpdate['kind'] | 'rollup' | 'preview-rollup' | 'ignored' | 'suspect';
  readonly ubr: number | undefined;
  readonly supersedes: readonly KbNumber[];
}

interface RowOfProduct {
  readonly windows: WindowsProduct;
  readonly os: number;
  readonly remediation: Remediation;
}

function classify(catalogue: Catalogue, { windows, os, remediation }: RowOfProduct): RollupRow {
  const { kb, subType, fixedBuild, supersedes } = remediation;
  const fixed = parseFixedVersion(fixedBuild);
  const foreign = fixed.kind === 'windows-build' && !isOwnBuild(windows, fixed.build.build);
  const ubr = fixed.kind === 'windows-build' && !foreign ? fixed.build.ubr : undefined;
  if (kb === null || isWindowsServicing(subType)) return { kb, kind: 'ignored', ubr, supersedes };
  const kind = kindOf(subType);
  const cumulative = kind === 'rollup' || kind === 'security-only';
  const misfiled = isOfOtherWindows(catalogue, kb, os) || (cumulative && isMisfiled(catalogue, kb, os));
  return { kb, kind: foreign || misfiled ? 'suspect' : kind, ubr, supersedes };
}

function isOwnBuild({ version }: WindowsProduct, build: number): boolean {
  return version.build === build || version.alsoBuilds?.includes(build) === true;
}

function kindOf(subType: string): RollupRow['kind'] {
  if (/monthly\s*rollup/i.test(subType)) return 'rollup';
  if (/preview\s*rollup/i.test(subType)) return 'preview-rollup';
  if (/security\s*only/i.test(subType)) return 'security-only';
  if (/^ie\s*cumulative/i.test(subType)) return 'ie-cumulative';
  return subType === '' || /^(?:security|cumulative)\s*update/i.test(subType) ? 'security-update' : 'other';
}

type Release = NonNullable<ReturnType<Catalogue['findRelease']>>;

function addPackage(packages: LinePackage[], row: RollupRow & { readonly kb: KbNumber }, release: Release): void {
  const at = packages.findIndex(({ kb }) => kb === row.kb);
  const before = packages[at];
  const each: LinePackage = {
    kb: row.kb,
    ubr: before?.ubr ?? row.ubr,
    releasedOn: release.releasedOn,
    releaseId: release.releaseId,
    offered: before?.offered === true || row.kind === 'rollup',
  };
  if (before === undefined) packages.push(each);
  else packages[at] = each;
}

function addUpdate(
  updates: Map<KbNumber, ComponentUpdate>,
  { kb, kind, ubr, supersedes }: Omit<ComponentUpdate, 'releasedOn'>,
  releasedOn: string,
): void {
  const before = updates.get(kb);
  updates.set(kb, {
    kb,
    kind: before === undefined || before.kind === 'other' ? kind : before.kind,
    releasedOn,
    ubr: before?.ubr ?? ubr,
    supersedes: [...new Set([...(before?.supersedes ?? []), ...supersedes])].filter((older) => older !== kb),
  });
}

interface Parts {
  readonly products: readonly LineProduct[];
  readonly kinds: ReadonlyMap<number, RollupRow>;
  readonly packages: readonly LinePackage[];
  readonly placeOf: ReadonlyMap<KbNumber, number>;
  readonly updates: ReadonlyMap<KbNumber, ComponentUpdate>;
}

function obligationsOf(
  catalogue: Catalogue,
  { products, kinds, packages, placeOf, updates }: Parts,
): readonly RollupObligation[] {
  const groups = new Map<number, { vulnerability: number; product: number; kbs: Set<KbNumber> }>();
  for (const { product } of products) {
    for (const fix of catalogue.fixesOfProduct(product)) {
      const row = kinds.get(catalogue.fixRemediation(fix));
      if (row === undefined || row.kb === null || row.kind === 'ignored') continue;
      const end = catalogue.firstRow(fix + 1);
      for (let each = catalogue.firstRow(fix); each < end; each += 1) {
        const vulnerability = catalogue.rowVulnerability(each);
        const key = vulnerability * catalogue.productCount + product;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { vulnerability, product, kbs: new Set([row.kb]) });
        else group.kbs.add(row.kb);
      }
    }
  }
  return Array.from(groups.values(), ({ vulnerability, product, kbs }) => {
    const sorted = [...kbs].sort(compareKbNumbers);
    const rollups = sorted.flatMap((kb) => placeOf.get(kb) ?? []).sort((a, b) => a - b);
    const ownUpdates = sorted.flatMap((kb) => updates.get(kb) ?? []);
    const suspect = rollups.length === 0 && ownUpdates.length === 0;
    if (suspect) {
      const month = catalogue.vulnerabilityDocument(vulnerability).id;
      const own = packages.findLastIndex(({ releaseId, offered }) => releaseId === month && offered);
      if (own !== -1) rollups.push(own);
    }
    return { vulnerability, product, rollups, updates: ownUpdates, suspect };
  }).sort((a, b) => a.product - b.product || a.vulnerability - b.vulnerability);
}

function previewsOf(build: number, placeOf: ReadonlyMap<KbNumber, number>): ReadonlyMap<KbNumber, number> {
  const previews = new Map<KbNumber, number>();
  let last = -1;
  for (const kb of rollupHistory(build)) {
    const place = placeOf.get(kb);
    if (place === undefined) previews.set(kb, last);
    else last = place;
  }
  return previews;
}
