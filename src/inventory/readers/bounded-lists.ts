import type { Inventory } from '../inventory.ts';
import { InventoryFormatError } from './inventory-format-error.ts';
import type { ReadReport } from './reader.ts';

/** Entries that a device's lists may have: many times what any real one has. All updates of all products ever are some 40,000. */
const most = { updates: 20_000, software: 50_000, opinions: 100_000 } as const;

/**
 * Sets devices aside whose lists are longer than any device's can be: judging and keeping them would cost everybody else's turn.
 * @throws {InventoryFormatError} where no other device is in the report.
 */
export function withBoundedLists({ inventories, notes }: ReadReport, source: string): ReadReport {
  const refused: string[] = [];
  const kept = inventories.filter((inventory) => {
    const excess = excessOf(inventory);
    if (excess === undefined) return true;
    if (inventories.length === 1) throw new InventoryFormatError(source, excess.expected, excess.received);
    refused.push(
      `${source}: ${inventory.device.name ?? 'a device'}: set aside, expected ${excess.expected}, got ${excess.received}`,
    );
    return false;
  });
  return refused.length === 0 ? { inventories, notes } : { inventories: kept, notes: [...notes, ...refused] };
}

function excessOf(inventory: Inventory): { readonly expected: string; readonly received: string } | undefined {
  for (const list of ['updates', 'software', 'opinions'] as const) {
    const { length } = inventory[list];
    if (length > most[list])
      return { expected: `at most ${most[list]} ${words[list]} of one device`, received: `${length}` };
  }
  return undefined;
}

const words = { updates: 'updates', software: 'programs', opinions: 'verdicts of other tools' } as const;
