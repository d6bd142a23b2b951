import { agentVerdicts } from '../../facts/agent-verdicts.ts';
import { emptyInventory } from '../../inventory.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { newestFirst } from '../../text/newest-first.ts';
import { groupByHost } from '../../text/powershell-object.ts';
import type { PowershellObject } from '../../text/powershell-object.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { entryOf, isPsWindowsUpdate } from './entry.ts';
import { tableRows } from './table.ts';

/**
 * The module PSWindowsUpdate: `Get-WindowsUpdate`, `Get-WUList`, `Install-WindowsUpdate` and `Get-WUHistory`, as table, list, CSV or
 * JSON, of one or many computers. What it shows is the Windows Update Agent's verdict, kept apart from the updates.
 */
export const psWindowsUpdate: InventoryReader = {
  format: 'pswindowsupdate',
  kinds: ['text', 'json', 'xml'],
  recognise(input) {
    if (findAtHead(input, isPsWindowsUpdate).length > 0)
      return { confidence: input.kind === 'text' ? 0.85 : 0.95, against: '' };
    return notThis('no columns ComputerName, Status (or Result), KB, Size, Title');
  },
  read(input) {
    const objects = rowsOf(input);
    if (objects.length === 0)
      throw new InventoryFormatError(input.source, 'updates with ComputerName, Status, KB and Title', 'none');
    const inventories = groupByHost(objects).map(({ host, objects: own }) => ({
      ...emptyInventory,
      device: { ...emptyInventory.device, name: host },
      opinions: agentVerdicts(inOrderOfTime(own).map(entryOf)),
    }));
    return { inventories, notes: [] };
  },
};

/** The newest first: the history is written so, but steps of an installation (Accepted, Downloaded, Installed) go on downwards. */
function inOrderOfTime(objects: readonly PowershellObject[]): readonly PowershellObject[] {
  const [history, steps] = [true, false].map((isHistory) =>
    objects.filter(({ fields }) => fields.has('operationname') === isHistory),
  );
  return [...(steps ?? []).toReversed(), ...newestFirst(history ?? [], 'date')];
}

/** Long names push the cells of a table out of their columns: its rows are read by their shape. */
function rowsOf(input: ReportInput): readonly PowershellObject[] {
  const rows = input.kind === 'text' ? tableRows(input.text) : [];
  return rows.length > 0 ? rows : findObjects(input, isPsWindowsUpdate);
}
