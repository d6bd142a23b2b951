import { parseInstant } from '../../facts/instant.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { findRecords } from '../../text/find-records.ts';
import { textField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, Recognition } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { contentOf, inventoriesIn } from './content.ts';
import type { AgentInventory } from './content.ts';
import { offsetOf, readAddresses, readOs, readPrograms, sectionOf } from './windows.ts';

/**
 * Inventories of the GLPI agent, of FusionInventory and of OCS Inventory, as JSON or XML, and answers of OCS' API. The GLPI
 * agent gives build and UBR and Windows' own list of updates, FusionInventory the list, OCS neither. Source: the GLPI
 * project's inventory_format (JSON schema, converter from XML) and the agents' modules for Windows.
 */
export const glpi: InventoryReader = {
  format: 'glpi',
  kinds: ['json', 'xml'],
  marks: [/\bGLPI|\bFusionInventory|\bOCS/i, /\bHARDWARE\b|\bhardware\b/, /\bSOFTWARES?\b|\bOPERATINGSYSTEM\b/i],
  recognise: recogniseGlpi,
  read(input) {
    const found = inventoriesIn(input);
    if (found.length === 0)
      throw new InventoryFormatError(input.source, 'an inventory with an operating system', 'none');
    const others = new OtherSystems();
    const notes: string[] = [];
    const inventories = found.flatMap((each, index) => {
      const inventory = readAgentInventory(each);
      const { os, updates } = inventory;
      // A partial inventory names no system, but only Windows has such updates.
      if (/windows/i.test(os.name ?? '') || (os.name === undefined && updates.length > 0)) return [inventory];
      if (os.name === undefined) notes.push(`${input.source}: inventory ${index + 1}: set aside, it names no system`);
      else others.add(os.name);
      return [];
    });
    others.refuseIfAlone(input.source, inventories.length);
    if (inventories.length === 0)
      throw new InventoryFormatError(input.source, 'an inventory with an operating system', 'none');
    return { inventories, notes: [...notes, ...others.notes(input.source)] };
  },
};

function recogniseGlpi(input: ReportInput): Recognition {
  if (input.kind === 'xml') return recogniseXml(input.text.slice(0, 200_000));
  const values = input.json()?.values ?? [];
  for (const record of findRecords(values, (each) => contentOf(each) !== undefined, 5000)) {
    const isNamed = textField(record, 'deviceid', 'itemtype', 'action') !== undefined;
    return { confidence: isNamed ? 0.95 : 0.8, against: '' };
  }
  return notThis('no "content" with an operating system, hardware or programs');
}

function recogniseXml(head: string): Recognition {
  if (!/<REQUEST[\s>]/i.test(head) || !/<CONTENT[\s>]/i.test(head)) return notThis('no REQUEST with a CONTENT');
  if (/<(?:OPERATINGSYSTEM|HARDWARE|SOFTWARES)[\s>]/i.test(head)) return { confidence: 0.95, against: '' };
  return { confidence: 0.35, against: 'no operating system, hardware or programs in its beginning' };
}

function readAgentInventory({ deviceId, content }: AgentInventory): Inventory {
  const hardware = sectionOf(content, 'hardware');
  const id = textOf(deviceId);
  const isOcs = /^OCS/i.test(textField(content, 'versionclient') ?? textField(hardware, 'useragent') ?? '');
  return {
    ...emptyInventory,
    observedAt: observedAt(content, hardware),
    device: {
      ...emptyInventory.device,
      name: textField(hardware, 'name') ?? textField(sectionOf(content, 'operatingsystem'), 'fqdn'),
      sourceId: id === undefined ? undefined : `${isOcs ? 'ocs' : 'glpi'}:${id}`,
      ipAddresses: readAddresses(content),
    },
    os: readOs(content),
    ...readPrograms(content),
  };
}

/** The agent's own clock, in the zone that it names; OCS' server names none. */
function observedAt(content: JsonRecord, hardware: JsonRecord): string | undefined {
  const logged = textField(sectionOf(content, 'accesslog'), 'logdate');
  if (logged === undefined) return parseInstant(textField(hardware, 'lastdate'));
  return parseInstant(`${logged}${offsetOf(content) ?? ''}`);
}
