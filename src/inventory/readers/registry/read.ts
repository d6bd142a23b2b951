import { doubtOfRegistry, inventoryOfRegistry } from '../../facts/registry-facts.ts';
import type { Inventory } from '../../inventory.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { groupByHost } from '../../text/powershell-object.ts';
import type { PowershellObject } from '../../text/powershell-object.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, Recognition } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { keysByHost } from './hosts.ts';
import type { HostKeys } from './hosts.ts';
import { hostOfKey, isItemProperty, keyOfObject, surenessOf } from './item-properties.ts';
import { isRegFile, parseRegFile } from './reg-file.ts';
import { isKeyLine, parseRegQuery } from './reg-query.ts';

/** Keys that say something here, in any hive. */
const known =
  /\\(?:Windows NT\\CurrentVersion|Component Based Servicing|NET Framework Setup|ClickToRun|Internet Explorer|Uninstall|WindowsUpdate|ComputerName)\b/i;

/**
 * The registry: what `reg query` prints, a `.reg` export, and `Get-ItemProperty` of PowerShell in all forms. The key of Windows'
 * version gives build and UBR; in the same dump .NET Framework, Internet Explorer, Office Click-to-Run, installed programs,
 * servicing packages and the keys of a pending restart are read. Nothing in it is localised.
 */
export const registry: InventoryReader = {
  format: 'registry',
  kinds: ['text', 'json', 'xml'],
  marks: [/\bHKEY_|\bHKLM\b/i, /\bREG_(?:SZ|DWORD)\b|=dword:/i, /\b(?:CurrentBuild|CurrentBuildNumber|UBR)\b/],
  recognise(input) {
    if (input.kind === 'text') {
      const text = recogniseText(input.text.slice(0, 65_536));
      if (text !== undefined) return text;
    }
    const found = findAtHead(input, isItemProperty);
    const [first] = found;
    if (first === undefined) return notThis('no key of the registry, and no object with CurrentBuild');
    return { confidence: Math.max(...found.slice(0, 20).map(({ fields }) => surenessOf(fields))), against: '' };
  },
  read(input) {
    const notes: string[] = [];
    const inventories = hostsOf(input).map(({ host, keys }): Inventory => {
      const doubt = doubtOfRegistry(keys);
      if (doubt !== undefined) notes.push(`${input.source}: ${host === undefined ? '' : `${host}: `}${doubt}`);
      const inventory = inventoryOfRegistry(keys);
      return host === undefined ? inventory : { ...inventory, device: { ...inventory.device, name: host } };
    });
    if (inventories.length === 0) throw new InventoryFormatError(input.source, 'keys of the registry', 'none');
    return { inventories, notes };
  },
};

/** A script's object holds several keys of one computer, each under a key of its own. */
function oneWrapper(object: PowershellObject): PowershellObject {
  return { ...object, under: '' };
}

function recogniseText(head: string): Recognition | undefined {
  if (isRegFile(head)) return { confidence: 1, against: '' };
  const lines = head.split(/\r*\n/).filter((line) => isKeyLine(line.trimEnd()));
  if (lines.length === 0) return undefined;
  return { confidence: lines.some((line) => known.test(line)) ? 0.85 : 0.5, against: '' };
}

function hostsOf(input: ReportInput): readonly HostKeys[] {
  if (input.kind === 'text') {
    const keys = isRegFile(input.text) ? parseRegFile(input.text) : parseRegQuery(input.text);
    if (keys.length > 0) return keysByHost(keys);
  }
  return groupByHost(findObjects(input, isItemProperty).map(oneWrapper), hostOfKey).flatMap(({ host, objects }) => {
    const keys = objects.map(keyOfObject);
    return host === undefined ? keysByHost(keys) : [{ host, keys }];
  });
}
