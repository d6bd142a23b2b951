import type { Catalogue } from '../../catalogue/catalogue.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { formatWindowsBuild } from '../../terms/windows-build.ts';
import { parseVersion } from './version.ts';
import type { Version } from './version.ts';

/** One published way to fix one vulnerability of one product. */
export interface FixRow {
  readonly vulnerability: number;
  readonly product: number;
  readonly kb: KbNumber | null;
  /** As published, readable ones only; several where one row names several branches. */
  readonly versions: readonly Version[];
  /** What the update supersedes by this row. */
  readonly supersedes: readonly KbNumber[];
  /** UTC date of the update's release document, without a KB of the vulnerability's. */
  readonly releasedOn: string;
  /** UTC date of the vulnerability's document. */
  readonly publishedOn: string;
}

/** The Vendor Fix rows of a product, in the catalogue's order. Read once per catalogue. */
export function fixRows(catalogue: Catalogue, product: number): readonly FixRow[] {
  const cache = catalogue.once(fixRows, () => new Map<number, readonly FixRow[]>());
  let rows = cache.get(product);
  if (rows === undefined) {
    rows = readRows(catalogue, product);
    cache.set(product, rows);
  }
  return rows;
}

function readRows(catalogue: Catalogue, product: number): readonly FixRow[] {
  const rows: FixRow[] = [];
  for (const fix of catalogue.fixesOfProduct(product)) {
    const { kb, fixedBuild, supersedes } = catalogue.remediation(catalogue.fixRemediation(fix));
    const versions = publishedVersions(fixedBuild);
    const end = catalogue.firstRow(fix + 1);
    for (let row = catalogue.firstRow(fix); row < end; row += 1) {
      const vulnerability = catalogue.rowVulnerability(row);
      const publishedOn = catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
      const releasedOn = (kb === null ? undefined : catalogue.findRelease(kb)?.releasedOn) ?? publishedOn;
      rows.push({ vulnerability, product, kb, versions, supersedes, releasedOn, publishedOn });
    }
  }
  return rows;
}

function publishedVersions(published: string): readonly Version[] {
  const fixed = parseFixedVersion(published);
  if (fixed.kind === 'windows-build') return [parseVersion(formatWindowsBuild(fixed.build)) ?? []];
  return fixed.kind === 'versions' ? fixed.versions.flatMap((each) => [parseVersion(each) ?? []]) : [];
}
