import type { TProperties } from 'typebox';
import {
  assetOtherSoftwareType,
  assetSoftwareType,
  assetVulnerabilityType,
} from '../contract/asset-types.ts';
import { toAssetOtherSoftware, toAssetSoftware, toAssetVulnerabilities } from '../contract/assets.ts';
import type { AssetFacts } from '../contract/assets.ts';
import type { EntityType } from '../contract/edm.ts';
import type { Asset } from '../../operations/assets/asset-queries.ts';

/** A list that goes through every device: as pages of JSON, and as files. */
export interface AssetList {
  /** `SoftwareInventoryByMachine`: the last part of the address of its pages. */
  readonly name: string;
  /** `SoftwareInventoryExport`: of its files. */
  readonly fileName: string;
  readonly summary: string;
  readonly type: EntityType<TProperties>;
  readonly roles: readonly string[];
  /** The rows of one device, in an order that does not change. */
  rowsOf(asset: Asset, facts: AssetFacts): readonly object[];
}

const softwareRoles = ['Software.Read.All', 'Software.Read'];
const vulnerabilityRoles = ['Vulnerability.Read.All', 'Vulnerability.Read'];

export const assetLists: readonly AssetList[] = [
  {
    name: 'SoftwareInventoryByMachine',
    fileName: 'SoftwareInventoryExport',
    summary: 'Software of every device',
    type: assetSoftwareType,
    roles: softwareRoles,
    rowsOf: toAssetSoftware,
  },
  {
    name: 'SoftwareInventoryNoProductCodeByMachine',
    fileName: 'SoftwareInventoryNonCpeExport',
    summary: 'Software of every device that no document of Microsoft names',
    type: assetOtherSoftwareType,
    roles: softwareRoles,
    rowsOf: toAssetOtherSoftware,
  },
  {
    name: 'SoftwareVulnerabilitiesByMachine',
    fileName: 'SoftwareVulnerabilitiesExport',
    summary: 'CVEs open in the software of every device',
    type: assetVulnerabilityType,
    roles: vulnerabilityRoles,
    rowsOf: toAssetVulnerabilities,
  },
];
