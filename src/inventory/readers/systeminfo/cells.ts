import type { Inventory } from '../../inventory.ts';
import { inventoryOf, isVersionCell, valueOf, versionOf } from './facts.ts';

/** A host's row of cells: its name, the system's name, the version, the rest. None where no cell is a version. */
export function readCells(cells: readonly string[]): readonly Inventory[] {
  const at = cells.findIndex(isVersionCell);
  const version = versionOf(cells[at] ?? '');
  if (version === undefined) return [];
  const [host, name = ''] = [cells[at - 2], cells[at - 1]];
  // Columns may have been chosen: what stands before the version is the name only where it says Windows, in any language.
  const isName = /Windows/i.test(name);
  return [
    inventoryOf({
      host: isName ? valueOf(host) : undefined,
      name: isName ? valueOf(name) : undefined,
      version,
      rest: [...cells.slice(0, Math.max(0, at - 2)), ...cells.slice(at + 1)],
    }),
  ];
}
