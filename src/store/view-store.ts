import type { FilterTree } from './filter.ts';
import type { Answer, DevicePage, DeviceScope } from './store.ts';

/** Devices in the order of their patch states: what lists that are sorted by a verdict's figures ask for. */
export interface StateOrderQuery {
  /** Ids of patch states, those whose devices come first in front; of each, devices stand in a fixed order of the store's own. */
  readonly states: readonly string[];
  readonly filter?: FilterTree;
  readonly top: number;
  readonly skip: number;
}

/** What a device was before a change. */
export interface FormerDevice {
  /** UTC instant until which it was so. */
  readonly until: string;
  /** `null`: it was not there. */
  readonly patchStateId: string | null;
}

/** Figures of the devices of one group on one UTC day, the last of that day; `''` for devices in no group. Sums over groups are sums over devices. */
export interface ExposureDay {
  readonly day: string;
  readonly devices: number;
  readonly assessed: number;
  readonly partlyAssessed: number;
  readonly notAssessed: number;
  /** Wholly assessed, nothing missing, no CVE open. */
  readonly nothingMissing: number;
  /** Pairs of device and missing update, open CVE, open CVE that is exploited. */
  readonly missing: number;
  readonly openCves: number;
  readonly exploitedCves: number;
}

/** What is asked for people who look at lists; every call names the tenant. */
export interface ViewStore {
  /** @throws {FilterValueError} */
  listInStates(scope: DeviceScope, query: StateOrderQuery): Answer<DevicePage>;
  /** How many devices that match stand in each patch state; none for states without. @throws {FilterValueError} */
  countByState(scope: DeviceScope, filter: FilterTree): Answer<ReadonlyMap<string, number>>;
  /** Who reported each of the devices, by device id, sorted. */
  listSources(tenantId: string, deviceIds: readonly string[]): Answer<ReadonlyMap<string, readonly string[]>>;
  /** When the first of the devices in each of these patch states was first seen; none for states without devices. */
  earliestSeen(scope: DeviceScope, states: Iterable<string>): Answer<ReadonlyMap<string, string>>;
  /** What a device was, newest first, as far as changes are kept. */
  listFormer(tenantId: string, deviceId: string): Answer<readonly FormerDevice[]>;
  /** Figures of a day in place of those that are kept of it. */
  saveDays(tenantId: string, days: readonly (ExposureDay & { readonly deviceGroup: string })[]): Promise<void>;
  /** Summed over the groups of the scope, from `since` on, by day. */
  listDays(scope: DeviceScope, since: string): Answer<readonly ExposureDay[]>;
}

/** Of a row of sums, or of `exposure_day`. */
export function toExposureDay(row: Readonly<Record<string, unknown>>): ExposureDay {
  return {
    day: String(row['day']),
    devices: Number(row['devices']),
    assessed: Number(row['assessed']),
    partlyAssessed: Number(row['partly_assessed']),
    notAssessed: Number(row['not_assessed']),
    nothingMissing: Number(row['nothing_missing']),
    missing: Number(row['missing']),
    openCves: Number(row['open_cves']),
    exploitedCves: Number(row['exploited_cves']),
  };
}
