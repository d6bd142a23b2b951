import type { Catalogue } from '../../catalogue/catalogue.ts';
import { isEdgeVersion } from '../../catalogue/edge-releases.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import { exchangeBuilds, exchangeUpdateName } from '../../catalogue/exchange-builds.ts';
import { sqlServerBuilds } from '../../catalogue/sql-server-builds.ts';
import { parseSqlServerProduct, sqlServerLineOf } from '../../catalogue/sql-server-line.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { compareVersions, parseVersion } from '../lines/version.ts';
import type { Version } from '../lines/version.ts';
import type { AnomalyKind, AnomalyList } from './anomaly.ts';

interface VersionRow {
  readonly name: string;
  readonly kb: KbNumber | null;
  readonly published: string;
  readonly version: readonly number[];
}

interface Doubt {
  readonly kind: Extract<AnomalyKind, 'foreign-build' | 'table-disagrees'>;
  readonly detail: string;
}

/** Holds the versions of Exchange, SQL Server and Edge against the published lists of their builds. */
export function addOfTables(catalogue: Catalogue, found: AnomalyList): void {
  for (let product = 0; product < catalogue.productCount; product += 1) {
    const name = catalogue.productName(product);
    const check = checkOf(name);
    if (check === undefined) continue;
    for (const row of catalogue.rowsOfProduct(product)) {
      const { kb, fixedBuild } = catalogue.remediation(catalogue.rowRemediation(row));
      const version = versionOf(fixedBuild);
      const doubt = version === undefined ? undefined : check({ name, kb, published: fixedBuild, version });
      if (doubt === undefined) continue;
      const releaseId = catalogue.vulnerabilityDocument(catalogue.rowVulnerability(row)).id;
      found.add(doubt.kind, kb, { detail: doubt.detail, product, ...(kb === null && { releaseId }) });
    }
  }
}

/** The first version that a FixedBuild names: `112.0.5615.49/50` names two. */
function versionOf(published: string): Version | undefined {
  const fixed = parseFixedVersion(published);
  return parseVersion(fixed.kind === 'versions' ? (fixed.versions[0] ?? '') : published);
}

function checkOf(name: string): ((row: VersionRow) => Doubt | undefined) | undefined {
  if (name.startsWith('Microsoft Exchange Server')) return doubtExchange;
  if (parseSqlServerProduct(name) !== undefined) return doubtSqlServer;
  return name === 'Microsoft Edge (Chromium-based)' ? doubtEdge : undefined;
}

/** A row of one cumulative update with the build of another: 2024-Mar has those of CU13 and CU14 swapped. */
function doubtExchange({ name, kb, published, version }: VersionRow): Doubt | undefined {
  const branch = version.slice(0, 3).join('.');
  const update = exchangeUpdateName(branch);
  const own = /Exchange Server \d{4} Cumulative Update \d+/.exec(name)?.[0].replace('Cumulative Update ', 'CU');
  const text = `${kb === null ? 'A row' : formatKb(kb)} has the build ${published} there`;
  if (update !== undefined && own !== undefined && update !== own)
    return { kind: 'foreign-build', detail: `${text}, which is of ${update}` };
  const builds = exchangeBuilds(branch);
  const known = builds.some(({ build }) => compareVersions(parseVersion(build) ?? [], version) === 0);
  const ended = builds.some(({ build }) => compareVersions(parseVersion(build) ?? [], version) > 0);
  return known || !ended
    ? undefined
    : { kind: 'table-disagrees', detail: `${text}, which is not among the builds of ${update ?? branch}` };
}

function doubtSqlServer({ name, kb, published, version }: VersionRow): Doubt | undefined {
  if (kb === null) return undefined;
  const text = `${formatKb(kb)} has the build ${published} there`;
  const own = parseSqlServerProduct(name);
  const line = sqlServerLineOf(version);
  if (
    own !== undefined &&
    line !== undefined &&
    (own.year !== line.year || own.servicePack !== line.servicePack || own.line !== line.line)
  )
    return {
      kind: 'foreign-build',
      detail: `${text}, which is of SQL Server ${line.year}${line.servicePack === 0 ? '' : ` Service Pack ${line.servicePack}`} (${line.line})`,
    };
  const builds = sqlServerBuilds(kb);
  const known =
    builds.length === 0 || builds.some((build) => compareVersions(parseVersion(build) ?? [], version) === 0);
  return known
    ? undefined
    : { kind: 'table-disagrees', detail: `${text}, ${builds.join(' and ')} in the list of builds` };
}

function doubtEdge({ published, version }: VersionRow): Doubt | undefined {
  return isEdgeVersion(version)
    ? undefined
    : { kind: 'table-disagrees', detail: `"${published}" is no version of Edge ${version[0] ?? ''}` };
}
