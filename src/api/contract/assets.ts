import type { CveFix, OpenCve, SoftwareAsset, StateAssets } from '../../operations/assets/asset-view.ts';
import type { OtherSoftware } from '../../operations/assets/other-software.ts';
import type { SupportEnd } from '../../operations/assets/support-end.ts';
import { shownGroup } from '../../operations/groups/tenant-groups.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { AssetOtherSoftware, AssetSoftware, AssetVulnerability } from './asset-types.ts';
import { shownSeverity } from './vulnerability.ts';

/** The device of a row. */
export type AssetDevice = Pick<DeviceRow, 'id' | 'name' | 'deviceGroup'> & {
  /** `null` where the device is not there any more. */
  readonly reportedAt: string | null;
};

/** What rows are made with. */
export interface AssetFacts {
  groupIdOf(deviceGroup: string): number;
  /** Of the Windows of devices in the state. */
  supportEnd(state: StateAssets): SupportEnd;
}

/** A row with what tells it from the device's others: equal rows of two answers have equal keys. */
export interface KeyedRow<Row> {
  readonly key: string;
  row(): Row;
}

/** Sorted by key. */
export function assetSoftwareRows(
  device: AssetDevice,
  state: StateAssets,
  facts: AssetFacts,
): readonly KeyedRow<AssetSoftware>[] {
  const head = deviceKeys(device, state.osPlatform, facts);
  const rows = state.software.map((software) => ({
    key: softwareKey(software),
    row: (): AssetSoftware => ({
      ...head,
      ...softwareKeys(software),
      numberOfWeaknesses: software.weaknesses,
      diskPaths: [],
      registryPaths: [],
      softwareFirstSeenTimestamp: null,
      ...supportKeys(software, state, facts),
    }),
  }));
  return rows.sort(byKey);
}

/** Sorted by key. */
export function assetOtherSoftwareRows(
  device: AssetDevice,
  { osPlatform }: Pick<StateAssets, 'osPlatform'>,
  software: readonly OtherSoftware[],
  facts: AssetFacts,
): readonly KeyedRow<AssetOtherSoftware>[] {
  const head = deviceKeys(device, osPlatform, facts);
  const rows = software.map(({ name, vendor, version, seenAt }) => {
    const softwareVendor = vendor === null ? null : /\bmicrosoft\b/i.test(vendor) ? 'microsoft' : snakeCase(vendor);
    const softwareName = snakeCase(name);
    return {
      key: JSON.stringify([softwareName, version, softwareVendor]),
      row: (): AssetOtherSoftware => ({
        ...head,
        softwareVendor,
        softwareName,
        softwareVersion: version,
        softwareLastSeenTimestamp: seenAt === '' ? null : plainInstant(seenAt),
      }),
    };
  });
  // Names that differ in case alone are one here.
  return [...new Map(rows.map((each) => [each.key, each])).values()].sort(byKey);
}

/** A CVE open in a software; none where no CVE is open in it, which has a row all the same. */
export interface VulnerabilityPart {
  readonly key: string;
  readonly software: SoftwareAsset;
  readonly open: OpenCve | undefined;
}

/** What the rows of all devices in a state tell, sorted by key. */
export function vulnerabilityParts({ software }: StateAssets): readonly VulnerabilityPart[] {
  const parts = software.flatMap((each) =>
    (each.open.length === 0 ? [undefined] : each.open).map((open) => ({
      key: `${softwareKey(each)} ${open?.rating.id ?? ''}`,
      software: each,
      open,
    })),
  );
  return parts.sort(byKey);
}

export function toAssetVulnerability(
  device: AssetDevice,
  state: StateAssets,
  { software, open }: Pick<VulnerabilityPart, 'software' | 'open'>,
  facts: AssetFacts,
): AssetVulnerability {
  const { vendor, slug, version } = software;
  const fix: CveFix | null = open?.fix ?? null;
  return {
    id: `${device.id}_${slug}_${version ?? ''}_${open?.rating.id ?? ''}_`,
    ...deviceKeys(device, state.osPlatform, facts),
    osVersion: state.os.build,
    osArchitecture: state.os.architecture,
    ...softwareKeys(software),
    cveId: open?.rating.id ?? null,
    vulnerabilitySeverityLevel: open === undefined ? null : shownSeverity(open.rating),
    recommendedSecurityUpdate: fix?.name ?? null,
    recommendedSecurityUpdateId: fix?.kb ?? null,
    recommendedSecurityUpdateUrl: fix?.url ?? null,
    diskPaths: [],
    registryPaths: [],
    lastSeenTimestamp: device.reportedAt === null ? null : plainInstant(device.reportedAt),
    firstSeenTimestamp: null,
    ...supportKeys(software, state, facts),
    exploitabilityLevel: open?.rating.isExploited === true ? 'ExploitIsPublic' : 'NoExploit',
    recommendationReference: `va-_-${vendor}-_-${slug}`.toLowerCase(),
    cvssScore: open?.rating.baseScore ?? 0,
    securityUpdateAvailable: fix !== null,
    cveMitigationStatus: null,
  };
}

type DeviceKeys = Pick<AssetSoftware, 'deviceId' | 'rbacGroupId' | 'rbacGroupName' | 'deviceName' | 'osPlatform'>;

function deviceKeys(device: AssetDevice, osPlatform: string | null, { groupIdOf }: AssetFacts): DeviceKeys {
  return {
    deviceId: device.id,
    rbacGroupId: groupIdOf(device.deviceGroup),
    rbacGroupName: shownGroup(device.deviceGroup),
    deviceName: device.name,
    osPlatform,
  };
}

type SoftwareKeys = Pick<AssetSoftware, 'softwareVendor' | 'softwareName' | 'softwareVersion'>;

function softwareKeys({ vendor, slug, version }: SoftwareAsset): SoftwareKeys {
  return { softwareVendor: vendor, softwareName: slug, softwareVersion: version };
}

function softwareKey({ vendor, slug, version }: SoftwareAsset): string {
  return JSON.stringify([slug, version, vendor]);
}

type SupportKeys = Pick<AssetSoftware, 'endOfSupportStatus' | 'endOfSupportDate'>;

function supportKeys({ isOs }: SoftwareAsset, state: StateAssets, facts: AssetFacts): SupportKeys {
  if (!isOs) return { endOfSupportStatus: 'None', endOfSupportDate: null };
  const { status, date } = facts.supportEnd(state);
  return { endOfSupportStatus: status, endOfSupportDate: date };
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function snakeCase(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, '_');
}

/** `2020-12-30 14:17:26.848`, as the pages of the exports write instants. */
function plainInstant(iso: string): string {
  return iso.slice(0, 23).replace('T', ' ').replace(/Z$/, '');
}
