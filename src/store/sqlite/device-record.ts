import type { InstallationType } from '../../terms/installation-type.ts';
import type { DeviceRow } from '../store.ts';

/** A row of table `device` as SQLite gives it. */
export interface DeviceRecord {
  /** In the order in which devices came; names the device within the store only. */
  readonly number: number;
  readonly tenant_id: string;
  readonly id: string;
  readonly device_group: string;
  readonly assigned_group: string | null;
  readonly name: string | null;
  readonly name_key: string | null;
  readonly os_name: string | null;
  readonly os_build: string | null;
  readonly os_platform: string | null;
  readonly display_version: string | null;
  readonly architecture: string | null;
  readonly installation_type: InstallationType | null;
  readonly tags: string;
  readonly ip_addresses: string;
  readonly first_seen_at: string;
  readonly reported_at: string;
  readonly patch_state_id: string;
}

export function toDeviceRow(record: DeviceRecord): DeviceRow {
  return {
    tenantId: record.tenant_id,
    id: record.id,
    deviceGroup: record.device_group,
    name: record.name,
    osName: record.os_name,
    osBuild: record.os_build,
    osPlatform: record.os_platform,
    displayVersion: record.display_version,
    architecture: record.architecture,
    installationType: record.installation_type,
    tags: JSON.parse(record.tags) as readonly string[],
    ipAddresses: JSON.parse(record.ip_addresses) as readonly string[],
    firstSeenAt: record.first_seen_at,
    reportedAt: record.reported_at,
    patchStateId: record.patch_state_id,
  };
}
