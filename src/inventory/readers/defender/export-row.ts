import { plainNameKey, RowShape } from '../../text/named-row.ts';
import type { NamedRow } from '../../text/named-row.ts';

export const idColumns = ['DeviceId', 'MachineId', 'id'] as const;
export const nameColumns = ['computerDnsName', 'DeviceName'] as const;

/** A machine of `/api/machines`. */
function isMachine(row: NamedRow): boolean {
  return row.has('computerDnsName') && row.has('osPlatform', 'healthStatus', 'onboardingStatus');
}

/**
 * A row of an export by machine (software, vulnerabilities), of advanced hunting (DeviceInfo, DeviceTvm…), or of the portal's list of
 * devices.
 */
function isDeviceRow(row: NamedRow): boolean {
  return row.has('DeviceId') && row.has('OSPlatform') && row.has('DeviceName', 'SoftwareName', 'OSBuild', 'OSVersion');
}

/** A name may carry the suffix for its type that Log Analytics puts behind it, `osVersion_s`. */
export const exportRows = new RowShape(
  (row) => isMachine(row) || isDeviceRow(row),
  (name) => plainNameKey(name.replace(/_[sdbgt]$/, '')),
);
