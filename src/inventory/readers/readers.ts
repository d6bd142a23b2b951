import { ansible } from './ansible/read.ts';
import { cbsPackages } from './cbs-packages/read.ts';
import { configmgr } from './configmgr/read.ts';
import { defender } from './defender/read.ts';
import { fleet } from './fleet/read.ts';
import { getComputerInfo } from './get-computerinfo/read.ts';
import { getHotfix } from './get-hotfix/read.ts';
import { glpi } from './glpi/read.ts';
import { intune } from './intune/read.ts';
import { mapping } from './mapping/read.ts';
import { native } from './native/read.ts';
import { nessus } from './nessus/read.ts';
import { ohai } from './ohai/read.ts';
import { osquery } from './osquery/read.ts';
import { psWindowsUpdate } from './pswindowsupdate/read.ts';
import { puppet } from './puppet/read.ts';
import { registry } from './registry/read.ts';
import { salt } from './salt/read.ts';
import { systeminfo } from './systeminfo/read.ts';
import { tacticalRmm } from './tactical-rmm/read.ts';
import { vuls } from './vuls/read.ts';
import { wazuh } from './wazuh/read.ts';
import { wesngMissing } from './wesng-missing/read.ts';
import { win32OperatingSystem } from './win32-operatingsystem/read.ts';
import { windowsExporter } from './windows-exporter/read.ts';
import { windowsOutputs } from './windows-outputs/read.ts';
import { windowsUpdateAgent } from './windows-update-agent/read.ts';
import { windowsVersion } from './windows-version/read.ts';
import { wmicQfe } from './wmic-qfe/read.ts';
import { wsus } from './wsus/read.ts';
import type { InventoryReader } from './reader.ts';

/** Every format that is read. The order means nothing: content decides. */
export const readers: readonly InventoryReader[] = [
  ansible,
  cbsPackages,
  configmgr,
  defender,
  fleet,
  getComputerInfo,
  getHotfix,
  glpi,
  intune,
  mapping,
  native,
  nessus,
  ohai,
  osquery,
  psWindowsUpdate,
  puppet,
  registry,
  salt,
  systeminfo,
  tacticalRmm,
  vuls,
  wazuh,
  wesngMissing,
  win32OperatingSystem,
  windowsExporter,
  windowsOutputs,
  windowsUpdateAgent,
  windowsVersion,
  wmicQfe,
  wsus,
];
