import { ansible } from './ansible/read.ts';
import { configmgr } from './configmgr/read.ts';
import { defender } from './defender/read.ts';
import { intune } from './intune/read.ts';
import { mapping } from './mapping/read.ts';
import { native } from './native/read.ts';
import { nessus } from './nessus/read.ts';
import type { InventoryReader } from './reader.ts';
import { systeminfo } from './systeminfo/read.ts';
import { wmicQfe } from './wmic-qfe/read.ts';
import { wsus } from './wsus/read.ts';

/** Every format that is read. The order means nothing: content decides. */
export const readers: readonly InventoryReader[] = [
  ansible,
  configmgr,
  defender,
  intune,
  mapping,
  native,
  nessus,
  systeminfo,
  wmicQfe,
  wsus,
];
