import { shownGroup } from '../../operations/groups/tenant-groups.ts';
import type { DeviceRow } from '../../store/store.ts';
import { entityType, int64, listOf, nullable, text } from './edm.ts';
import type { RowOf } from './edm.ts';
import type { MachineFacts, MachineState } from './machine.ts';

/** Defender's `PublicAssetDto`: a device below a software, CVE or recommendation. Keys in wire order. */
export const machineReferenceType = entityType('PublicAssetDto', {
  id: nullable(text('40 lower-case hex digits.')),
  computerDnsName: nullable(text('Name of the device.')),
  osPlatform: nullable(text('`Windows10`, `WindowsServer2019` …')),
  assetCriticalityLevel: nullable(text('Always null.')),
  tags: nullable(listOf(text('A tag.'), 'Tags as reported.')),
  rbacGroupName: nullable(text('Name of the device group; `UnassignedGroup` for none.')),
  rbacGroupId: nullable(int64('Number of the device group; 0 for none.')),
});

export type MachineReference = RowOf<typeof machineReferenceType>;

export function toMachineReference(
  device: DeviceRow,
  { osPlatform }: MachineState,
  { groupIdOf }: MachineFacts,
): MachineReference {
  return {
    id: device.id,
    computerDnsName: device.name,
    osPlatform,
    assetCriticalityLevel: null,
    tags: [...device.tags],
    rbacGroupName: shownGroup(device.deviceGroup),
    rbacGroupId: groupIdOf(device.deviceGroup),
  };
}
