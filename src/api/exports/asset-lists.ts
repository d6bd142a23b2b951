import type { StateAssets } from '../../operations/assets/asset-view.ts';
import type { Answer, DeviceRow } from '../../store/store.ts';
import { assetOtherSoftwareType, assetSoftwareType, assetVulnerabilityType } from '../contract/asset-types.ts';
import {
  assetOtherSoftwareRows,
  assetSoftwareRows,
  toAssetVulnerability,
  vulnerabilityParts,
} from '../contract/assets.ts';
import type { KeyedRow, VulnerabilityPart } from '../contract/assets.ts';
import type { EntityType } from '../contract/edm.ts';
import type { AssetSource } from './asset-facts.ts';

/** A list that goes through every device: as pages of JSON, and as files. */
export interface AssetList {
  /** Last part of the address of its pages: `SoftwareInventoryByMachine`. */
  readonly name: string;
  /** The same of its files: `SoftwareInventoryExport`. */
  readonly fileName: string;
  readonly summary: string;
  readonly type: EntityType;
  readonly roles: readonly string[];
  /** The rows of one device, sorted by key. */
  rowsOf(device: DeviceRow, source: AssetSource): Answer<readonly KeyedRow<object>[]>;
  /** How many they are, where all devices in a state have as many. */
  readonly countIn?: (state: StateAssets) => number;
}

const softwareRoles = ['Software.Read.All', 'Software.Read'];
export const vulnerabilityRoles = ['Vulnerability.Read.All', 'Vulnerability.Read'];

export const assetLists: readonly AssetList[] = [
  {
    name: 'SoftwareInventoryByMachine',
    fileName: 'SoftwareInventoryExport',
    summary: 'Software of every device',
    type: assetSoftwareType,
    roles: softwareRoles,
    rowsOf: (device, { view, facts }) => assetSoftwareRows(device, view.of(device.patchStateId), facts),
    countIn: ({ software }) => software.length,
  },
  {
    name: 'SoftwareInventoryNoProductCodeByMachine',
    fileName: 'SoftwareInventoryNonCpeExport',
    summary: 'Software of every device that no verdict speaks of',
    type: assetOtherSoftwareType,
    roles: softwareRoles,
    rowsOf: async (device, { assets, view, facts }) =>
      assetOtherSoftwareRows(device, view.of(device.patchStateId), await assets.listOtherSoftware(device), facts),
  },
  {
    name: 'SoftwareVulnerabilitiesByMachine',
    fileName: 'SoftwareVulnerabilitiesExport',
    summary: 'CVEs open in the software of every device',
    type: assetVulnerabilityType,
    roles: vulnerabilityRoles,
    rowsOf(device, { view, facts }) {
      const state = view.of(device.patchStateId);
      return partsOf(state).map((part) => ({
        key: part.key,
        row: () => toAssetVulnerability(device, state, part, facts),
      }));
    },
    countIn: ({ software }) => software.reduce((sum, { open }) => sum + Math.max(1, open.length), 0),
  },
];

const parts = new WeakMap<StateAssets, readonly VulnerabilityPart[]>();

/** Kept as long as the state is: devices share them. */
export function partsOf(state: StateAssets): readonly VulnerabilityPart[] {
  let known = parts.get(state);
  if (known === undefined) parts.set(state, (known = vulnerabilityParts(state)));
  return known;
}
