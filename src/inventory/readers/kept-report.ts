import type { Inventory } from '../inventory.ts';
import { toNative } from '../to-native.ts';
import { native, readKeptNative } from './native/read.ts';
import { readInventory } from './read-inventory.ts';
import type { RecognisedReport } from './read-inventory.ts';
import { reportInput } from './report-input.ts';

/** One device of a report, in the form it is kept in. */
export interface KeptDevice {
  readonly inventory: Inventory;
  /** Who reported: the format it came in; with the part, `wazuh/updates`, where a device takes several reports. */
  readonly source: string;
  /** The report as it came, of one device; of several each as a native inventory. */
  readonly raw: Uint8Array;
  /** Of `raw`. */
  readonly format: string;
}

/** Formats whose text alone is not enough to read it again: it takes a mapping, or the name of the file to tell the device. */
const neededMore: ReadonlySet<string> = new Set(['ansible', 'defender', 'mapping']);

/** Formats whose reports are parts: the system in one call or file, the updates in another. */
const inParts: ReadonlySet<string> = new Set(['cbs-packages', 'configmgr', 'defender', 'osquery', 'registry', 'wazuh']);

/** What is kept of a report: enough to read each of its devices again. */
export function keptDevices({ format, inventories }: RecognisedReport, bytes: Uint8Array): readonly KeptDevice[] {
  const isOwn = inventories.length === 1 && !neededMore.has(format);
  return inventories.map((inventory) => {
    const source = inParts.has(format) ? `${format}/${partOf(inventory)}` : format;
    if (isOwn) return { inventory, source, raw: bytes, format };
    return { inventory, source, raw: Buffer.from(JSON.stringify(toNative(inventory))), format: native.format };
  });
}

/** What a report speaks of: a later one of the same parts takes its place, one of others stands beside it. */
function partOf({ os, updates, updatesComplete, software, components, opinions, pendingReboot }: Inventory): string {
  const parts: readonly (readonly [part: string, isThere: boolean])[] = [
    ['system', os.build !== undefined || os.name !== undefined],
    ['level', os.rollupLevel !== undefined],
    ['updates', updates.length > 0 || updatesComplete],
    ['programs', software.length > 0],
    ['components', components.dotnetFramework.length > 0 || components.internetExplorer !== undefined],
    ['verdicts', opinions.length > 0],
    ['restart', pendingReboot !== undefined],
  ];
  const found = parts.flatMap(([part, isThere]) => (isThere ? [part] : []));
  return found.length === 0 ? 'nothing' : found.join('+');
}

/** What a kept report says. @throws {InventoryFormatError} where an older kbgap kept what this one cannot read. */
export function readKept({
  format,
  content,
}: {
  readonly format: string;
  readonly content: Uint8Array;
}): Inventory | undefined {
  const input = reportInput('kept report', content);
  if (format === native.format) {
    const [value] = input.json()?.values ?? [];
    return readKeptNative(value);
  }
  return readInventory(input, format).inventories[0];
}
