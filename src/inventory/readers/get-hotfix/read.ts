import { kbsNamedIn } from '../../facts/kb-names.ts';
import { updatesOfQuickFix } from '../../facts/quick-fix.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inOrder, listInstalled } from '../../installed-update.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { groupByHost, isPart, textIn, valueIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';

/** What stands beside the id in every output that was not cut down to it. */
const companions = ['description', 'installedon', 'installedby', 'csname', 'pscomputername', 'source', 'fixcomments'];

/**
 * PowerShell's `Get-HotFix`, and `Get-CimInstance Win32_QuickFixEngineering`, in all forms: table, list, Export-Csv, JSON of
 * Windows PowerShell and of PowerShell 7, Export-Clixml; of one computer or of many. It names updates, nothing of the system. Absence
 * from the list proves nothing.
 */
export const getHotfix: InventoryReader = {
  format: 'get-hotfix',
  kinds: ['text', 'json', 'xml'],
  marks: [/\bHotFixID\b/i, /\bInstalledOn\b/i, /\bPSComputerName\b/i],
  recognise(input) {
    const [first] = findAtHead(input, isHotfix);
    if (first === undefined) return notThis('no property HotFixID');
    // `Node,…,HotFixID` is wmic's own CSV.
    if (first.fields.has('node')) return notThis('a column "Node", as wmic writes it');
    if (isPart(first)) return { confidence: 0.6, against: '' };
    const known = companions.filter((name) => first.fields.has(name)).length;
    return { confidence: known > 1 ? (input.kind === 'text' ? 0.85 : 0.95) : known === 1 ? 0.8 : 0.75, against: '' };
  },
  read(input) {
    const objects = findObjects(input, isHotfix);
    if (objects.length === 0) {
      const names = bareNames(input.text);
      if (names === undefined) throw new InventoryFormatError(input.source, 'objects with a HotFixID', 'none');
      return { inventories: [{ ...emptyInventory, updates: listInstalled(names) }], notes: [] };
    }
    const inventories = groupByHost(objects).map((group): Inventory => ({
      ...emptyInventory,
      device: { ...emptyInventory.device, name: group.host },
      updates: inOrder(group.objects.flatMap(updatesOf)),
    }));
    return { inventories, notes: [] };
  },
};

function isHotfix(fields: ObjectFields): boolean {
  return fields.has('hotfixid');
}

function updatesOf(object: PowershellObject): Inventory['updates'] {
  return updatesOfQuickFix(
    textIn(object, 'hotfixid'),
    textIn(object, 'servicepackineffect'),
    valueIn(object, 'installedon'),
  );
}

/** `(Get-HotFix).HotFixID`: nothing but ids, one a line. Other tools write the like, so that it takes `--format`. */
function bareNames(text: string): readonly string[] | undefined {
  const lines = text.split(/\r*\n/).filter((line) => line.trim() !== '');
  const names = lines.flatMap((line) => (line.length < 40 ? kbsNamedIn(line) : []));
  return names.length > 0 && names.length >= lines.length ? names : undefined;
}
