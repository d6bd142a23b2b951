import type { DeviceRow } from '../../store/store.ts';
import { tryParseWindowsBuild } from '../../terms/windows-build.ts';
import { isIPv4 } from 'node:net';

/** Defender's `Machine`; keys in wire order. What kbgap cannot know has the contract's neutral value. */
export interface Machine {
  readonly id: string;
  readonly mergedIntoMachineId: null;
  readonly isPotentialDuplication: false;
  readonly isExcluded: false;
  readonly exclusionReason: null;
  readonly computerDnsName: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly osPlatform: string | null;
  readonly osProcessor: string | null;
  readonly version: string | null;
  readonly lastIpAddress: string | null;
  readonly lastExternalIpAddress: null;
  readonly agentVersion: null;
  readonly osBuild: number | null;
  readonly healthStatus: 'Unknown';
  readonly deviceValue: 'Normal';
  readonly rbacGroupId: 0;
  readonly rbacGroupName: null;
  readonly ipAddresses: readonly MachineIpAddress[];
  readonly riskScore: 'None';
  readonly exposureLevel: ExposureLevel;
  readonly isAadJoined: null;
  readonly aadDeviceId: null;
  readonly machineTags: readonly string[];
  readonly vmMetadata: null;
  readonly onboardingStatus: 'InsufficientInfo';
  readonly osArchitecture: '64-bit' | '32-bit' | null;
  readonly managedBy: 'Unknown';
  readonly managedByStatus: 'Unknown';
}

export type ExposureLevel = 'None' | 'Low' | 'Medium' | 'High';

export interface MachineIpAddress {
  readonly ipAddress: string;
  readonly macAddress: null;
  readonly type: 'Unknown';
  readonly operationalStatus: 'Unknown';
}

/** `openCves`: how many are open on the device; the level's bounds are kbgap's own. */
export function toMachine(device: DeviceRow, openCves: number): Machine {
  return {
    id: device.id,
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    isExcluded: false,
    exclusionReason: null,
    computerDnsName: device.name,
    firstSeen: device.firstSeenAt,
    lastSeen: device.reportedAt,
    osPlatform: device.osPlatform,
    osProcessor: device.architecture,
    version: device.displayVersion,
    lastIpAddress: device.ipAddresses.find((address) => isIPv4(address)) ?? device.ipAddresses[0] ?? null,
    lastExternalIpAddress: null,
    agentVersion: null,
    osBuild: tryParseWindowsBuild(device.osBuild ?? '')?.build ?? null,
    healthStatus: 'Unknown',
    deviceValue: 'Normal',
    rbacGroupId: 0,
    rbacGroupName: null,
    ipAddresses: device.ipAddresses.map((ipAddress) => ({
      ipAddress,
      macAddress: null,
      type: 'Unknown',
      operationalStatus: 'Unknown',
    })),
    riskScore: 'None',
    exposureLevel: exposureLevelOf(openCves),
    isAadJoined: null,
    aadDeviceId: null,
    machineTags: device.tags,
    vmMetadata: null,
    onboardingStatus: 'InsufficientInfo',
    osArchitecture: device.architecture === null ? null : device.architecture === 'x86' ? '32-bit' : '64-bit',
    managedBy: 'Unknown',
    managedByStatus: 'Unknown',
  };
}

function exposureLevelOf(openCves: number): ExposureLevel {
  if (openCves === 0) return 'None';
  return openCves < 50 ? 'Low' : openCves < 200 ? 'Medium' : 'High';
}
