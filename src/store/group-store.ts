import type { AuditLine } from './audit-store.ts';
import type { Answer, ClientRow, DeviceRow } from './store.ts';

/**
 * Which devices a device group takes. Each list that is not empty must have a value that fits; a rule without any fits none, its
 * group takes only what is put into it by hand. Patterns have `*` and `?`; letters fit in any case.
 */
export interface GroupRule {
  readonly tags: readonly string[];
  readonly names: readonly string[];
  readonly osPlatforms: readonly string[];
  /** Addresses, or networks such as `10.1.0.0/16`. */
  readonly ipRanges: readonly string[];
}

/** A device group of a tenant. */
export interface GroupRow {
  readonly tenantId: string;
  /** Defender's `rbacGroupId`: never given to another group of the tenant. 0 is for devices in no group. */
  readonly id: number;
  /** Unique in any case; devices and clients name it so. */
  readonly name: string;
  /** 1 is asked first. */
  readonly rank: number;
  readonly rule: GroupRule;
  readonly createdAt: string;
}

/** How far the devices of a tenant stand where its rules put them. */
export interface GroupRevision {
  readonly tenantId: string;
  /** Grows with each change of the tenant's groups. */
  readonly revision: number;
  /** Of the groups by which every device was last put. */
  readonly groupedRevision: number;
}

/** What decides a device's group, if nobody put it into one. */
export type RuledDevice = Pick<DeviceRow, 'name' | 'tags' | 'osPlatform' | 'ipAddresses'>;

/** Where a device stands. */
export type GroupedDevice = RuledDevice & {
  readonly id: string;
  readonly deviceGroup: string;
  /** The group it was put into by hand, `''` for none; `null`: the rules decide. */
  readonly assignedGroup: string | null;
};

/** Name of the group that the rules give a device; `''` for none. */
export type GroupOf = (device: RuledDevice) => string;

/** The device groups of tenants; see `Store` for what holds of every call. */
export interface GroupStore {
  /** Of all tenants, by rank. */
  list(): readonly GroupRow[];
  listRevisions(): readonly GroupRevision[];
  /**
   * Keeps what `change` makes of the tenant's groups; it is given the next free number too. Devices put by hand into a group that is
   * gone are the rules' again, and clients bound to it see nothing of it.
   */
  change(
    tenantId: string,
    change: (kept: readonly GroupRow[], nextId: number) => readonly GroupRow[],
    line: AuditLine,
  ): Promise<void>;
  /** Up to `most` devices by id, after `after`. */
  listDevices(tenantId: string, after: string, most: number): Answer<readonly GroupedDevice[]>;
  /** Puts the devices into the groups that `groupOf` gives them, each with its share of the counts. */
  regroup(tenantId: string, deviceIds: readonly string[], groupOf: GroupOf): Promise<void>;
  /** Every device stands where the groups of this revision put it. */
  endRegrouping(tenantId: string, revision: number): Promise<void>;
  /** By hand into a group, `''` for none; `null`: where `groupOf` puts it. `undefined` where there is no such device. */
  assign(
    tenantId: string,
    deviceId: string,
    to: { readonly group: string | null; readonly groupOf: GroupOf; readonly line: AuditLine },
  ): Promise<DeviceRow | undefined>;
  /** Binds a client to other groups, or to none. `undefined` where there is no such client. */
  bindClient(
    tenantId: string,
    clientId: string,
    groups: readonly string[] | null,
    line: AuditLine,
  ): Promise<ClientRow | undefined>;
}
