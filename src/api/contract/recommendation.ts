import type { SoftwareExposure } from '../../operations/software-exposure.ts';
import { double, entityType, flag, int64, listOf, nullable, oneOf, text } from './edm.ts';
import type { RowOf } from './edm.ts';

/** Defender's `Recommendation`; keys in wire order. kbgap has one kind: to update a software in which something is open. */
export const recommendationType = entityType('Recommendation', {
  id: text('`va-_-microsoft-_-edge`'),
  productName: nullable(text('Product part of the software id.')),
  recommendationName: nullable(text('`Update Windows 10`')),
  weaknesses: int64('CVEs open in the software.'),
  vendor: nullable(text('Vendor part of the software id.')),
  recommendedVersion: nullable(text('Always empty: the versions to install differ from device to device.')),
  recommendedVendor: nullable(text('Always empty.')),
  recommendedProgram: nullable(text('Always empty.')),
  recommendationCategory: nullable(text('`OS` for an operating system, else `Application`.')),
  subCategory: nullable(text('Always empty.')),
  severityScore: double('The highest CVSS base score among the CVEs open in the software.'),
  publicExploit: flag('Whether one of them is known to be exploited.'),
  activeAlert: flag('Always false: kbgap has no alerts.'),
  associatedThreats: nullable(listOf(text('A threat.'), 'Always empty.')),
  remediationType: nullable(text('Always `Update`.')),
  status: oneOf('RecommendationStatus', ['Active', 'Exception', 'PartialException'], 'Always `Active`.'),
  configScoreImpact: double('Always 0: kbgap judges no configuration.'),
  exposureImpact: double('How much lower the exposure score were without those CVEs.'),
  totalMachineCount: int64('Devices that have the software.'),
  exposedMachinesCount: int64('Devices on which a CVE is open in it.'),
  nonProductivityImpactedAssets: int64('Always 0.'),
  relatedComponent: nullable(text('The software in words: `Windows 10`.')),
  hasUnpatchableCve: flag('Whether a CVE is open in an operating system for which Microsoft lists no update.'),
  tags: nullable(listOf(text('A tag.'), 'Always empty.')),
  exposedCriticalDevices: int64('Always 0.'),
});

export type Recommendation = RowOf<typeof recommendationType>;

const prefix = 'va-_-';

/** Id of the software that a recommendation is about; `undefined` for what is no such id. */
export function softwareOfRecommendation(id: string): string | undefined {
  return id.toLowerCase().startsWith(prefix) ? id.slice(prefix.length).toLowerCase() : undefined;
}

/** `severityScore`: the highest base score of what is open in it. */
export function toRecommendation(software: SoftwareExposure, severityScore: number): Recommendation {
  const title = titleOf(software.name);
  return {
    id: `${prefix}${software.id}`,
    productName: software.name,
    recommendationName: `Update ${title}`,
    weaknesses: software.weaknesses,
    vendor: software.vendor,
    recommendedVersion: '',
    recommendedVendor: '',
    recommendedProgram: '',
    recommendationCategory: software.isOs ? 'OS' : 'Application',
    subCategory: '',
    severityScore,
    publicExploit: software.isExploited,
    activeAlert: false,
    associatedThreats: [],
    remediationType: 'Update',
    status: 'Active',
    configScoreImpact: 0,
    exposureImpact: software.impact,
    totalMachineCount: software.installedDevices,
    exposedMachinesCount: software.exposedDevices,
    nonProductivityImpactedAssets: 0,
    relatedComponent: title,
    hasUnpatchableCve: software.isOs && software.hasCveWithoutKb,
    tags: [],
    exposedCriticalDevices: 0,
  };
}

/** `windows_server_2019` → `Windows Server 2019`, `.net_framework` → `.NET Framework`. */
function titleOf(slug: string): string {
  return slug
    .split('_')
    .map((word) => (word === '.net' ? '.NET' : `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`))
    .join(' ');
}
