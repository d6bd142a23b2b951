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

/** A function of one entity: the last segment of `/api/machines/{id}/getmissingkbs`. */
export interface BoundFunction {
  readonly name: string;
  readonly boundTo: EntityType;
  readonly returns: EntityType;
}

export const entitySets: readonly EntitySet[] = [
  { name: 'Machines', type: machineType, key: 'id' },
  { name: 'Software', type: softwareType, key: 'id' },
  { name: 'Vulnerabilities', type: vulnerabilityType, key: 'id' },
  { name: 'Recommendations', type: recommendationType, key: 'id' },
  { name: 'Alerts', type: alertType, key: 'id' },
  { name: 'MachineActions', type: machineActionType, key: 'id' },
];

/** Rows that only functions give. */
export const complexTypes: readonly EntityType[] = [
  missingKbType,
  machineReferenceType,
  machineVulnerabilityType,
  scoreType,
  groupScoreType,
  assetSoftwareType,
  assetOtherSoftwareType,
  assetVulnerabilityType,
  deltaAssetVulnerabilityType,
  exportFilesType,
];

export const boundFunctions: readonly BoundFunction[] = [
  { name: 'GetMissingKbs', boundTo: machineType, returns: missingKbType },
  { name: 'GetMissingKbs', boundTo: softwareType, returns: missingKbType },
  ...[softwareType, vulnerabilityType, recommendationType].map((boundTo) => ({
    name: 'MachineReferences',
    boundTo,
    returns: machineReferenceType,
  })),
];
