import { double, entityType, flag, int32, int64, listOf, nullable, oneOf, text, instant } from './edm.ts';
import type { RowOf } from './edm.ts';

const paths = (description: string) => nullable(listOf(text('A path.'), description));

const device = {
  deviceId: nullable(text('40 lower-case hex digits.')),
  rbacGroupId: int64('Number of the device group; 0 for none.'),
  rbacGroupName: nullable(text('Name of the device group; `UnassignedGroup` for none.')),
  deviceName: nullable(text('Name of the device.')),
  osPlatform: nullable(text('`Windows10`, `WindowsServer2019` …')),
};

const software = {
  softwareVendor: nullable(text('`microsoft`')),
  softwareName: nullable(text('`edge`')),
  softwareVersion: nullable(text('As reported.')),
};

const servicing = {
  endOfSupportStatus: nullable(text('`None`, `EOS Version` or `Upcoming EOS Version`; of Windows alone.')),
  endOfSupportDate: nullable(text('Last day of servicing, UTC.')),
};

/** Defender's `AssetSoftware`: a software of a device. */
export const assetSoftwareType = entityType('AssetSoftware', {
  ...device,
  ...software,
  numberOfWeaknesses: int32('CVEs open in it on this device.'),
  diskPaths: paths('Always empty: reports hold none.'),
  registryPaths: paths('Always empty: reports hold none.'),
  softwareFirstSeenTimestamp: nullable(text('Always null: not kept.')),
  ...servicing,
});

/** Defender's `AssetNonCpeSoftware`: reported software that no document of Microsoft names, and that has no verdict. */
export const assetOtherSoftwareType = entityType('AssetNonCpeSoftware', {
  ...device,
  ...software,
  softwareLastSeenTimestamp: nullable(text('The last report that named it: `2020-12-30 14:17:26`.')),
});

const vulnerability = {
  id: nullable(text('`{deviceId}_{softwareName}_{softwareVersion}_{cveId}_`')),
  ...device,
  osVersion: nullable(text('`10.0.17763.1637`')),
  osArchitecture: nullable(text('`x64`, `x86`, `arm64`.')),
  ...software,
  cveId: nullable(text('Null for software in which no CVE is open: its row is there all the same.')),
  vulnerabilitySeverityLevel: nullable(text('`Low`, `Medium`, `High`, `Critical`.')),
  recommendedSecurityUpdate: nullable(text("Title of the update's release document: `April 2020 Security Updates`.")),
  recommendedSecurityUpdateId: nullable(text('KB number that MSRC lists for the CVE, digits only.')),
  recommendedSecurityUpdateUrl: nullable(text('Where the update is to be had.')),
  diskPaths: paths('Always empty: reports hold none.'),
  registryPaths: paths('Always empty: reports hold none.'),
  lastSeenTimestamp: nullable(text('Last report of the device: `2020-11-03 10:13:34`.')),
  firstSeenTimestamp: nullable(text('Always null: not kept.')),
  ...servicing,
  exploitabilityLevel: nullable(
    text('`ExploitIsPublic` where CISA or MSRC know of an exploit, else `NoExploit`; null without a CVE.'),
  ),
  recommendationReference: nullable(text('`va-_-microsoft-_-edge`')),
  cvssScore: double("MSRC's highest; 0 where there is none."),
  securityUpdateAvailable: flag('Whether Microsoft lists an update.'),
  cveMitigationStatus: nullable(text('Always null.')),
};

/** Defender's `AssetVulnerability`: a CVE open in a software of a device. */
export const assetVulnerabilityType = entityType('AssetVulnerability', vulnerability);

/** The same with what became of it. */
export const deltaAssetVulnerabilityType = entityType('DeltaAssetVulnerability', {
  ...vulnerability,
  status: oneOf('DeltaStatus', ['New', 'Fixed', 'Updated'], 'Since the time asked for.'),
  eventTimestamp: instant('The report, or the catalogue, that made the difference.'),
});

export const exportFilesType = entityType('ExportFilesResponse', {
  exportFiles: listOf(text('Address of a `.json.gz` file: one JSON object a line. It needs no token and expires.'), 'Files.'),
  generatedTime: instant('When the addresses were made; each file tells of the moment in which it is fetched.'),
});

export type AssetSoftware = RowOf<typeof assetSoftwareType>;
export type AssetOtherSoftware = RowOf<typeof assetOtherSoftwareType>;
export type AssetVulnerability = RowOf<typeof assetVulnerabilityType>;
export type DeltaAssetVulnerability = RowOf<typeof deltaAssetVulnerabilityType>;
