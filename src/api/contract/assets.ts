import { catalogueSearchUrl } from '../../catalogue/catalogue-search-url.ts';
import type { Asset, AssetQueries } from '../../operations/assets/asset-queries.ts';
import type { InstalledSoftware } from '../../operations/contribution.ts';
import type { CveRating } from '../../operations/cve-ratings.ts';
import type { DeviceRow } from '../../store/store.ts';
import { parseKbNumber } from '../../terms/kb-number.ts';
import type { AssetOtherSoftware, AssetSoftware, AssetVulnerability } from './asset-types.ts';
import { severityOf } from './severity.ts';

/** What rows of assets are made with. */
export interface AssetFacts {
  readonly assets: AssetQueries;
  readonly now: Date;
  groupIdOf(deviceGroup: string): number;
  groupNameOf(deviceGroup: string): string;
}

/** So long before the end of servicing it is called upcoming. */
const upcomingMs = 180 * 86_400_000;

export function toAssetSoftware({ device, state }: Asset, facts: AssetFacts): readonly AssetSoftware[] {
  const head = deviceKeys(device, state.osPlatform, facts);
  return state.software.map((software) => ({
    ...head,
    ...softwareKeys(software),
    numberOfWeaknesses: software.weaknesses,
    diskPaths: [],
    registryPaths: [],
    softwareFirstSeenTimestamp: null,
    ...servicingKeys(device, software, facts),
  }));
}

export function toAssetOtherSoftware({ device, state }: Asset, facts: AssetFacts): readonly AssetOtherSoftware[] {
  const head = deviceKeys(device, state.osPlatform, facts);
  return facts.assets.listOtherSoftware(device).map(({ name, vendor, version, seenAt }) => ({
    ...head,
    softwareVendor: vendor,
    softwareName: name,
    softwareVersion: version,
    softwareLastSeenTimestamp: seenAt === '' ? null : plainInstant(seenAt),
  }));
}

/** One row for each CVE open in each software, and one for software in which none is. */
export function toAssetVulnerabilities(asset: Asset, facts: AssetFacts): readonly AssetVulnerability[] {
  const { device, state } = asset;
  const head = deviceKeys(device, state.osPlatform, facts);
  return state.software.flatMap((software) => {
    const { cves, kbs } = software.findings;
    const servicing = servicingKeys(device, software, facts);
    const row = (cve: CveRating | undefined, kb: number): AssetVulnerability => ({
      id: `${device.id}_${software.slug}_${software.version ?? ''}_${cve?.id ?? ''}_`,
      ...head,
      osVersion: device.osBuild,
      osArchitecture: device.architecture,
      ...softwareKeys(software),
      cveId: cve?.id ?? null,
      vulnerabilitySeverityLevel: cve === undefined ? null : severityOf(cve),
      recommendedSecurityUpdate: kb === 0 ? null : facts.assets.updateName(kb),
      recommendedSecurityUpdateId: kb === 0 ? null : String(kb),
      recommendedSecurityUpdateUrl: kb === 0 ? null : catalogueSearchUrl(parseKbNumber(String(kb))),
      diskPaths: [],
      registryPaths: [],
      lastSeenTimestamp: plainInstant(device.reportedAt),
      firstSeenTimestamp: null,
      ...servicing,
      exploitabilityLevel: cve === undefined ? null : cve.isExploited ? 'ExploitIsPublic' : 'NoExploit',
      recommendationReference: `va-_-${software.vendor}-_-${software.slug}`.toLowerCase(),
      cvssScore: cve?.baseScore ?? 0,
      securityUpdateAvailable: kb !== 0,
      cveMitigationStatus: null,
    });
    if (cves.length === 0) return [row(undefined, 0)];
    return Array.from(cves, (cve, index) => row(facts.assets.rate(cve), kbs[index] ?? 0));
  });
}

function deviceKeys(
  device: DeviceRow,
  osPlatform: string | null,
  { groupIdOf, groupNameOf }: AssetFacts,
): Pick<AssetSoftware, 'deviceId' | 'rbacGroupId' | 'rbacGroupName' | 'deviceName' | 'osPlatform'> {
  return {
    deviceId: device.id,
    rbacGroupId: groupIdOf(device.deviceGroup),
    rbacGroupName: groupNameOf(device.deviceGroup),
    deviceName: device.name,
    osPlatform: osPlatform ?? device.osPlatform,
  };
}

function softwareKeys({
  vendor,
  slug,
  version,
}: InstalledSoftware): Pick<AssetSoftware, 'softwareVendor' | 'softwareName' | 'softwareVersion'> {
  return { softwareVendor: vendor, softwareName: slug, softwareVersion: version };
}

function servicingKeys(
  device: DeviceRow,
  { isOs }: InstalledSoftware,
  { assets, now }: AssetFacts,
): Pick<AssetSoftware, 'endOfSupportStatus' | 'endOfSupportDate'> {
  const end = isOs ? (assets.servicingEnd(device)?.end ?? null) : null;
  if (end === null) return { endOfSupportStatus: 'None', endOfSupportDate: null };
  const left = Date.parse(`${end}T23:59:59Z`) - now.getTime();
  const status = left < 0 ? 'EOS Version' : left < upcomingMs ? 'Upcoming EOS Version' : 'None';
  return { endOfSupportStatus: status, endOfSupportDate: end };
}

/** `2020-12-30 14:17:26`, as the export documents write instants. */
function plainInstant(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
