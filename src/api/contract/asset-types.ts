import { double, entityType, flag, instant, int32, int64, listOf, nullable, text } from './edm.ts';
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
  endOfSupportStatus: nullable(
    text('`None`, `EOS Version`, `Upcoming EOS Version`, `EOS Software` or `Upcoming EOS Software`; told of Windows.'),
  ),
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

/** Defender's `AssetNonCpeSoftware`: reported software that no verdict speaks of. */
export const assetOtherSoftwareType = entityType('AssetNonCpeSoftware', {
  ...device,
  softwareVendor: nullable(text('As reported, in lower case with underscores; `microsoft` for all its names.')),
  softwareName: nullable(text('As reported, in lower case with underscores: `7-zip_24.08_(x64)`.')),
  softwareVersion: nullable(text('As reported.')),
  softwareLastSeenTimestamp: nullable(text('The last report that named it: `2022-05-20 02:59:06.971`.')),
});

const vulnerability = {
  id: nullable(text('`{deviceId}_{softwareName}_{softwareVersion}_{cveId}_`')),
  ...device,
  osVersion: nullable(text('`10.0.17763.1637`, as judged.')),
  osArchitecture: nullable(text('`x64`, `x86`, `arm64`.')),
  ...software,
  cveId: nullable(text('Null for software in which no CVE is open: its row is there all the same.')),
  vulnerabilitySeverityLevel: nullable(text('`Low`, `Medium`, `High`, `Critical`.')),
  recommendedSecurityUpdate: nullable(
    text(
      "Title of the update's release document: `April 2020 Security Updates`; of a fix without a KB its kind: `Release Notes`.",
    ),
  ),
  recommendedSecurityUpdateId: nullable(text('KB number that MSRC lists for the CVE, digits only.')),
  recommendedSecurityUpdateUrl: nullable(text('Where the update is to be had.')),
  diskPaths: paths('Always empty: reports hold none.'),
  registryPaths: paths('Always empty: reports hold none.'),
  lastSeenTimestamp: nullable(
    text('Last report of the device: `2020-11-03 10:13:34.848`; null where the device is not there any more.'),
  ),
  firstSeenTimestamp: nullable(text('Always null: not kept.')),
  ...servicing,
  exploitabilityLevel: nullable(text('`ExploitIsPublic` where CISA or MSRC know of an exploit, else `NoExploit`.')),
  recommendationReference: nullable(text('`va-_-microsoft-_-edge`')),
  cvssScore: double("MSRC's highest; 0 where there is none."),
  securityUpdateAvailable: flag('Whether Microsoft lists a fix, with a KB or without.'),
  cveMitigationStatus: nullable(text('Always null.')),
};

/** Defender's `AssetVulnerability`: a CVE open in a software of a device. */
export const assetVulnerabilityType = entityType('AssetVulnerability', vulnerability);

/** The same with what became of it. */
export const deltaAssetVulnerabilityType = entityType('DeltaAssetVulnerability', {
  ...vulnerability,
  status: nullable(text('What became of it since the time asked for: `New`, `Fixed`, `Updated`.')),
  eventTimestamp: instant('Last change of the device since then, or when another catalogue came into force.'),
});

/** Defender's `ExportFilesResponse`. */
export const exportFilesType = entityType('ExportFilesResponse', {
  exportFiles: listOf(
    text('Address of a `.json.gz` file: one JSON object a line. It needs no token and expires.'),
    'Files.',
  ),
  generatedTime: instant('When the addresses were made; a file is written while it is fetched.'),
});

export type AssetSoftware = RowOf<typeof assetSoftwareType>;
export type AssetOtherSoftware = RowOf<typeof assetOtherSoftwareType>;
export type AssetVulnerability = RowOf<typeof assetVulnerabilityType>;
export type DeltaAssetVulnerability = RowOf<typeof deltaAssetVulnerabilityType>;
