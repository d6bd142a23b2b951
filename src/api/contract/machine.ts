import type { Contribution } from '../../operations/contribution.ts';
import { shownGroup } from '../../operations/groups/tenant-groups.ts';
import type { StateSet } from '../../store/filter.ts';
import { shownAddress } from '../../store/shown-address.ts';
import type { DeviceRow } from '../../store/store.ts';
import { complex, entityType, flag, guid, instant, int32, int64, listOf, nullable, oneOf, text } from './edm.ts';
import type { RowOf } from './edm.ts';

const ipAddress = complex('IpAddress', {
  ipAddress: nullable(text('IPv4 or IPv6 address.')),
  macAddress: nullable(text('Twelve hex digits without separators.')),
  type: oneOf(
    'NetworkInterfaceType',
    ['Unknown', 'Other', 'Ethernet', 'TokenRing', 'PPP', 'SoftwareLoopback', 'ATM', 'IEEE80211', 'Tunnel', 'IEEE1394'],
    'Kind of the adapter.',
  ),
  operationalStatus: oneOf(
    'NetworkInterfaceStatus',
    ['Up', 'Down', 'Testing', 'Unknown', 'Dormant', 'Present', 'LowerLayerDown'],
    'State of the adapter.',
  ),
});

const vmMetadata = complex('VmMetadata', {
  vmId: nullable(text('Id of the virtual machine.')),
  cloudProvider: oneOf('CloudProvider', ['Unknown', 'Azure'], 'Who runs it.'),
  resourceId: nullable(text('Resource in the cloud.')),
  subscriptionId: nullable(text('Subscription in the cloud.')),
});

/** Defender's `Machine`; keys in wire order. What kbgap cannot know has the contract's neutral value. */
export const machineType = entityType('Machine', {
  id: text('40 lower-case hex digits.'),
  mergedIntoMachineId: nullable(text('Always null.')),
  isPotentialDuplication: flag('Always false.'),
  isExcluded: flag('Always false.'),
  exclusionReason: nullable(
    oneOf(
      'ExclusionReason',
      ['Other', 'InactiveDevice', 'DuplicateDevice', 'DeviceDoesNotExist', 'DeviceOutOfScope'],
      'Always null.',
    ),
  ),
  computerDnsName: nullable(text('Name of the device.')),
  firstSeen: nullable(instant('First report.')),
  lastSeen: nullable(instant('Last report.')),
  osPlatform: nullable(text('`Windows10`, `WindowsServer2019` …')),
  osProcessor: nullable(text('`x64`, `x86`, `arm64`.')),
  version: nullable(text('`1909`, `22H2` …')),
  lastIpAddress: nullable(text('The first IPv4 address reported, else the first.')),
  lastExternalIpAddress: nullable(text('Always null.')),
  agentVersion: nullable(text('Always null.')),
  osBuild: nullable(int64('Build number without the revision.')),
  healthStatus: oneOf(
    'HealthStatus',
    ['Active', 'Inactive', 'ImpairedCommunication', 'NoSensorData', 'NoSensorDataImpairedCommunication', 'Unknown'],
    '`Active`: a report within the last seven days; else `Inactive`.',
  ),
  deviceValue: oneOf('DeviceValue', ['Normal', 'Low', 'High'], 'Always `Normal`.'),
  rbacGroupId: int32('Number of the device group; 0 for none.'),
  rbacGroupName: nullable(text('Name of the device group; `UnassignedGroup` for none.')),
  ipAddresses: nullable(listOf(ipAddress, 'Every address reported.')),
  riskScore: nullable(
    oneOf('RiskScore', ['None', 'Informational', 'Low', 'Medium', 'High'], 'Always `None`: kbgap has no alerts.'),
  ),
  exposureLevel: oneOf('ExposureLevel', ['None', 'Low', 'Medium', 'High'], 'By the CVEs open on the device.'),
  isAadJoined: nullable(flag('Always null.')),
  aadDeviceId: nullable(guid('Always null.')),
  machineTags: nullable(listOf(text('A tag.'), 'Tags as reported.')),
  vmMetadata: nullable(vmMetadata),
  onboardingStatus: oneOf(
    'OnboardingStatus',
    ['InsufficientInfo', 'Onboarded', 'CanBeOnboarded', 'Unsupported'],
    'Always `Onboarded`: only devices that report are known.',
  ),
  osArchitecture: nullable(text('`64-bit` or `32-bit`.')),
  managedBy: oneOf(
    'ManagedBy',
    ['Unknown', 'Intune', 'SystemCenterConfigurationManager', 'MicrosoftDefenderForEndpoint'],
    'Always `Unknown`.',
  ),
  managedByStatus: oneOf('ManagedByStatus', ['Unknown', 'Success', 'Error'], 'Always `Unknown`.'),
});

export type Machine = RowOf<typeof machineType>;
export type ExposureLevel = Machine['exposureLevel'];

const activeDays = 7;

/** A device without a report since then is inactive. Source: Microsoft's page "Fix unhealthy sensors", inactive devices. */
export function inactiveBefore(now: Date): string {
  return new Date(now.getTime() - activeDays * 86_400_000).toISOString();
}

/** What a machine's patch state tells of it. */
export type MachineState = Pick<Contribution, 'osPlatform' | 'osBuild' | 'openCves'>;

/** What is to be known of machines beside their rows. */
export interface MachineFacts {
  readonly now: Date;
  /** The tenant's device groups: number and name. */
  readonly groups: readonly { readonly id: number; readonly name: string }[];
  /** Number of a device's group. */
  groupIdOf(deviceGroup: string): number;
  /** The patch states in use that fit. */
  statesWhere(fits: (state: MachineState) => boolean): StateSet;
}

/** `state`: of the device's patch state. */
export function toMachine(device: DeviceRow, state: MachineState, { now, groupIdOf }: MachineFacts): Machine {
  return {
    id: device.id,
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    isExcluded: false,
    exclusionReason: null,
    computerDnsName: device.name,
    firstSeen: device.firstSeenAt,
    lastSeen: device.reportedAt,
    osPlatform: state.osPlatform,
    osProcessor: device.architecture,
    version: device.displayVersion,
    lastIpAddress: shownAddress(device.ipAddresses),
    lastExternalIpAddress: null,
    agentVersion: null,
    osBuild: state.osBuild,
    healthStatus: device.reportedAt < inactiveBefore(now) ? 'Inactive' : 'Active',
    deviceValue: 'Normal',
    rbacGroupId: groupIdOf(device.deviceGroup),
    rbacGroupName: shownGroup(device.deviceGroup),
    ipAddresses: device.ipAddresses.map((address) => ({
      ipAddress: address,
      macAddress: null,
      type: 'Unknown',
      operationalStatus: 'Unknown',
    })),
    riskScore: 'None',
    exposureLevel: exposureLevelOf(state),
    isAadJoined: null,
    aadDeviceId: null,
    machineTags: [...device.tags],
    vmMetadata: null,
    onboardingStatus: 'Onboarded',
    osArchitecture: device.architecture === null ? null : device.architecture === 'x86' ? '32-bit' : '64-bit',
    managedBy: 'Unknown',
    managedByStatus: 'Unknown',
  };
}

/** The bounds are kbgap's own. */
export function exposureLevelOf({ openCves }: Pick<MachineState, 'openCves'>): ExposureLevel {
  if (openCves === 0) return 'None';
  return openCves < 50 ? 'Low' : openCves < 200 ? 'Medium' : 'High';
}
