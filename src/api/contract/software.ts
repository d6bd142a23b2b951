import type { SoftwareExposure } from '../../operations/software-exposure.ts';
import { complex, entityType, flag, int64, listOf, nullable, single, text } from './edm.ts';
import type { RowOf } from './edm.ts';

export const distribution = complex('PublicDistributionDto', {
  version: nullable(text('Version as reported.')),
  installations: int64('Devices of the tenant with this version.'),
  vulnerabilities: int64('CVEs open in this version on any of them.'),
});

/** Defender's `Software` (`PublicProductDto` and `distributions`); keys in wire order. */
export const softwareType = entityType('Software', {
  id: text('`microsoft-_-edge`'),
  name: nullable(text('Product part of the id.')),
  vendor: nullable(text('Vendor part of the id.')),
  weaknesses: int64('CVEs open in it.'),
  publicExploit: flag('Whether one of them is known to be exploited.'),
  activeAlert: flag('Always false: kbgap has no alerts.'),
  exposedMachines: int64('Devices of the tenant on which a CVE is open in it.'),
  installedMachines: int64('Devices of the tenant that have it.'),
  impactScore: single('What it adds to the exposure score.'),
  isNormalized: flag('Always true: only what the catalogue knows is listed.'),
  category: nullable(text('Always empty.')),
  distributions: nullable(listOf(distribution, 'Its versions.')),
});

export type Software = RowOf<typeof softwareType>;

export function toSoftware(software: SoftwareExposure): Software {
  return {
    id: software.id,
    name: software.name,
    vendor: software.vendor,
    weaknesses: software.weaknesses,
    publicExploit: software.isExploited,
    activeAlert: false,
    exposedMachines: software.exposedDevices,
    installedMachines: software.installedDevices,
    impactScore: asSingle(software.impact),
    isNormalized: true,
    category: '',
    distributions: [...software.versions],
  };
}

/** With as many digits as a single has: `2.39947438`. */
function asSingle(value: number): number {
  return Number(value.toPrecision(9));
}
