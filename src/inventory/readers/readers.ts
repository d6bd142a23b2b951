import { ansible } from './ansible/read.ts';
import { configmgr } from './configmgr/read.ts';
import { defender } from './defender/read.ts';
import { fleet } from './fleet/read.ts';
import { glpi } from './glpi/read.ts';
import { intune } from './intune/read.ts';
import { mapping } from './mapping/read.ts';
import { native } from './native/read.ts';
import { nessus } from './nessus/read.ts';
import { ohai } from './ohai/read.ts';
import { osquery } from './osquery/read.ts';
import { puppet } from './puppet/read.ts';
import { salt } from './salt/read.ts';
import { systeminfo } from './systeminfo/read.ts';
import { tacticalRmm } from './tactical-rmm/read.ts';
import { vuls } from './vuls/read.ts';
import { wazuh } from './wazuh/read.ts';
import { windowsExporter } from './windows-exporter/read.ts';
import { wmicQfe } from './wmic-qfe/read.ts';
import { wsus } from './wsus/read.ts';
import type { InventoryReader } from './reader.ts';

/** Every format that is read. The order means nothing: content decides. */
export const readers: readonly InventoryReader[] = [
  ansible,
  configmgr,
  defender,
  fleet,
  glpi,
  intune,
  mapping,
  native,
  nessus,
  ohai,
  osquery,
  puppet,
  salt,
  systeminfo,
  tacticalRmm,
  vuls,
  wazuh,
  windowsExporter,
  wmicQfe,
  wsus,
];
