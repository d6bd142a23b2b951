import type { InstallationType } from '../../terms/installation-type.ts';
import type { DeviceRow } from '../store.ts';
import type { Row } from './database.ts';

/** Of table `device`, all that `toDeviceRow` reads. */
export const deviceColumns = `tenant_id, id, device_group, name, os_name, os_build, os_platform, display_version, architecture,
  installation_type, tags, ip_addresses, first_seen_at, reported_at, patch_state_id`;

export function toDeviceRow(row: Row): DeviceRow {
  return {
    tenantId: String(row['tenant_id']),
    id: String(row['id']),
    deviceGroup: String(row['device_group']),
    name: textOf(row['name']),
    osName: textOf(row['os_name']),
    osBuild: textOf(row['os_build']),
    osPlatform: textOf(row['os_platform']),
    displayVersion: textOf(row['display_version']),
    architecture: textOf(row['architecture']),
    installationType: textOf(row['installation_type']) as InstallationType | null,
    tags: row['tags'] as readonly string[],
    ipAddresses: row['ip_addresses'] as readonly string[],
    firstSeenAt: String(row['first_seen_at']),
    reportedAt: String(row['reported_at']),
    patchStateId: String(row['patch_state_id']),
  };
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
