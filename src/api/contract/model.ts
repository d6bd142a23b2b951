import { alertType } from './alert.ts';
import {
  assetOtherSoftwareType,
  assetSoftwareType,
  assetVulnerabilityType,
  deltaAssetVulnerabilityType,
  exportFilesType,
} from './asset-types.ts';
import type { EntityType } from './edm.ts';
import { machineActionType } from './machine-action.ts';
import { machineReferenceType } from './machine-reference.ts';
import { machineVulnerabilityType } from './machine-vulnerability.ts';
import { machineType } from './machine.ts';
import { missingKbType } from './missing-kb.ts';
import { recommendationType } from './recommendation.ts';
import { groupScoreType, scoreType } from './score.ts';
import { softwareType } from './software.ts';
import { vulnerabilityType } from './vulnerability.ts';

/** Rows with an identity of their own, and the set that lists them. One more type of the contract: a line here or below. */
export interface EntitySet {
  readonly name: string;
  readonly type: EntityType;
  /** Property that tells its rows apart. */
  readonly key: string;
}

/** A function of one entity, or of all of its set: the last segment of `/api/machines/{id}/getmissingkbs`. */
export interface BoundFunction {
  readonly name: string;
  readonly boundTo: EntityType;
  readonly isOfSet?: true;
  /** Rows of this type. */
  readonly returns: Pick<EntityType, 'name'>;
  /** One instead of rows. */
  readonly returnsOne?: true;
}

export const entitySets: readonly EntitySet[] = [
  { name: 'Machines', type: machineType, key: 'id' },
  { name: 'Software', type: softwareType, key: 'id' },
  { name: 'Vulnerabilities', type: vulnerabilityType, key: 'id' },
  { name: 'Recommendations', type: recommendationType, key: 'id' },
  { name: 'ExposureScore', type: scoreType, key: 'time' },
  { name: 'ConfigurationScore', type: scoreType, key: 'time' },
  { name: 'Alerts', type: alertType, key: 'id' },
  { name: 'MachineActions', type: machineActionType, key: 'id' },
];

/** Rows that only functions give. */
export const complexTypes: readonly EntityType[] = [
  missingKbType,
  machineReferenceType,
  machineVulnerabilityType,
  groupScoreType,
  assetSoftwareType,
  assetOtherSoftwareType,
  assetVulnerabilityType,
  deltaAssetVulnerabilityType,
  exportFilesType,
];

/** A function of one entity of several types. */
const ofEach = (boundTo: readonly EntityType[], name: string, returns: EntityType): readonly BoundFunction[] =>
  boundTo.map((each) => ({ name, boundTo: each, returns }));

export const boundFunctions: readonly BoundFunction[] = [
  ...ofEach([machineType, softwareType], 'GetMissingKbs', missingKbType),
  ...ofEach([softwareType, vulnerabilityType, recommendationType], 'MachineReferences', machineReferenceType),
  ...ofEach([machineType, softwareType, recommendationType], 'Vulnerabilities', vulnerabilityType),
  ...ofEach([machineType], 'Software', softwareType),
  ...ofEach([machineType], 'Recommendations', recommendationType),
  ...ofEach([machineType], 'Alerts', alertType),
  { name: 'Software', boundTo: recommendationType, returns: softwareType, returnsOne: true },
  { name: 'Distributions', boundTo: softwareType, returns: { name: 'PublicDistributionDto' } },
  { name: 'MachinesVulnerabilities', boundTo: vulnerabilityType, isOfSet: true, returns: machineVulnerabilityType },
  { name: 'ByMachineGroups', boundTo: scoreType, isOfSet: true, returns: groupScoreType },
  ...(
    [
      ['SoftwareInventoryByMachine', assetSoftwareType],
      ['SoftwareInventoryNoProductCodeByMachine', assetOtherSoftwareType],
      ['SoftwareVulnerabilitiesByMachine', assetVulnerabilityType],
      ['SoftwareVulnerabilityChangesByMachine', deltaAssetVulnerabilityType],
    ] as const
  ).map(([name, returns]): BoundFunction => ({ name, boundTo: machineType, isOfSet: true, returns })),
  ...['SoftwareInventoryExport', 'SoftwareInventoryNonCpeExport', 'SoftwareVulnerabilitiesExport'].map(
    (name): BoundFunction => ({
      name,
      boundTo: machineType,
      isOfSet: true,
      returns: exportFilesType,
      returnsOne: true,
    }),
  ),
];
