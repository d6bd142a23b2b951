import { native } from './native/read.ts';
import { osquery } from './osquery/read.ts';
import type { InventoryReader } from './reader.ts';
import { systeminfo } from './systeminfo/read.ts';
import { wmicQfe } from './wmic-qfe/read.ts';

/** Every format that is read. The order means nothing: content decides. */
export const readers: readonly InventoryReader[] = [native, osquery, systeminfo, wmicQfe];
