import { cbsPackages } from './cbs-packages/read.ts';
import { getComputerInfo } from './get-computerinfo/read.ts';
import { getHotfix } from './get-hotfix/read.ts';
import { native } from './native/read.ts';
import { psWindowsUpdate } from './pswindowsupdate/read.ts';
import type { InventoryReader } from './reader.ts';
import { registry } from './registry/read.ts';
import { systeminfo } from './systeminfo/read.ts';
import { wesngMissing } from './wesng-missing/read.ts';
import { win32OperatingSystem } from './win32-operatingsystem/read.ts';
import { windowsOutputs } from './windows-outputs/read.ts';
import { windowsUpdateAgent } from './windows-update-agent/read.ts';
import { windowsVersion } from './windows-version/read.ts';
import { wmicQfe } from './wmic-qfe/read.ts';

/** Every format that is read. The order means nothing: content decides. */
export const readers: readonly InventoryReader[] = [
  cbsPackages,
  getComputerInfo,
  getHotfix,
  native,
  psWindowsUpdate,
  registry,
  systeminfo,
  wesngMissing,
  win32OperatingSystem,
  windowsOutputs,
  windowsUpdateAgent,
  windowsVersion,
  wmicQfe,
];
