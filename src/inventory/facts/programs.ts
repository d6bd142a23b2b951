import { inOrder } from '../installed-update.ts';
import type { InstalledUpdate } from '../installed-update.ts';
import type { InstalledSoftware } from '../inventory.ts';
import { kbOfUpdateProgram } from './update-program.ts';

/** One entry of a list of programs. */
export interface ListedProgram extends InstalledSoftware {
  /** ISO date. */
  readonly installedOn: string | undefined;
}

/** What a list of programs tells: each program once, in the list's order, and the updates among its entries. */
export function sortPrograms(entries: readonly ListedProgram[]): {
  readonly software: readonly InstalledSoftware[];
  readonly updates: readonly InstalledUpdate[];
} {
  const software = new Map<string, InstalledSoftware>();
  const updates: InstalledUpdate[] = [];
  for (const { name, vendor, version, installedOn } of entries) {
    const kb = kbOfUpdateProgram(name);
    if (kb !== undefined) updates.push({ kb, installedOn, state: 'installed' });
    // A bare number is no program; a patch of SQL Server tells the version that it brought.
    if (kb === undefined || !/^KB\d+$/i.test(name.trim()))
      software.set(JSON.stringify([name, vendor, version]), { name, vendor, version });
  }
  return { software: [...software.values()], updates: inOrder(updates) };
}
