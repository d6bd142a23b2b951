import { inOrder } from '../installed-update.ts';
import type { InstalledUpdate } from '../installed-update.ts';
import type { InstalledSoftware } from '../inventory.ts';
import { kbOfUpdateProgram } from './update-program.ts';

/** One entry of a list of programs. */
export interface ListedProgram extends InstalledSoftware {
  /** ISO date. */
  readonly installedOn: string | undefined;
}

/**
 * What a list of programs tells: each program once, in the list's order, and the updates among its entries beside `listed`,
 * those that the source lists as Windows' own. Without any of Windows' own the others are left out: Office's alone would look
 * like a list that names none of Windows, where absence counts.
 */
export function sortPrograms(
  entries: readonly ListedProgram[],
  listed: readonly InstalledUpdate[] = [],
): { readonly software: readonly InstalledSoftware[]; readonly updates: readonly InstalledUpdate[] } {
  const software = new Map<string, InstalledSoftware>();
  const windows: InstalledUpdate[] = [...listed];
  const others: InstalledUpdate[] = [];
  for (const { name, vendor, version, installedOn } of entries) {
    const kb = kbOfUpdateProgram(name);
    const isBare = kb !== undefined && /^KB\d+$/i.test(name.trim());
    if (kb !== undefined) (isBare ? windows : others).push({ kb, installedOn, state: 'installed' });
    // A bare number is no program; a patch of SQL Server tells the version that it brought.
    if (!isBare) software.set(JSON.stringify([name, vendor, version]), { name, vendor, version });
  }
  return { software: [...software.values()], updates: windows.length === 0 ? [] : inOrder([...windows, ...others]) };
}
