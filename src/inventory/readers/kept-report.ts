import type { Inventory } from '../inventory.ts';
import { toNative } from '../to-native.ts';
import { native } from './native/read.ts';
import { readInventory } from './read-inventory.ts';
import type { RecognisedReport } from './read-inventory.ts';
import { reportInput } from './report-input.ts';

/** One device of a report, in the form it is kept in. */
export interface KeptDevice {
  readonly inventory: Inventory;
  /** The format it came in, which is who reported unless a reporter has its own name. */
  readonly source: string;
  /** The report as it came, of one device; of several each as a native inventory. */
  readonly raw: Uint8Array;
  /** Of `raw`. */
  readonly format: string;
}

/** Formats whose text alone is not enough to read it again: it takes a mapping, or the name of the file to tell the device. */
const neededMore: ReadonlySet<string> = new Set(['ansible', 'defender', 'mapping']);

/** What is kept of a report: enough to read each of its devices again. */
export function keptDevices({ format, inventories }: RecognisedReport, bytes: Uint8Array): readonly KeptDevice[] {
  const isOwn = inventories.length === 1 && !neededMore.has(format);
  return inventories.map((inventory) =>
    isOwn
      ? { inventory, source: format, raw: bytes, format }
      : {
          inventory,
          source: format,
          raw: Buffer.from(JSON.stringify(toNative(inventory))),
          format: native.format,
        },
  );
}

/** What a kept report says. @throws {InventoryFormatError} where an older kbgap kept what this one cannot read. */
export function readKept({
  format,
  content,
}: {
  readonly format: string;
  readonly content: Uint8Array;
}): Inventory | undefined {
  return readInventory(reportInput('kept report', content), format).inventories[0];
}
