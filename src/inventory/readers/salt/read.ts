import { parseBuild } from '../../facts/build-number.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { readBlockYaml } from '../../text/block-yaml.ts';
import { findRecords } from '../../text/find-records.ts';
import { listField, textField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';

/**
 * Grains of Salt's minions: `salt '*' grains.items --out=json` (or `yaml`), `salt-call`. No UBR and no updates. Source:
 * saltstack/salt, grains/core.py.
 */
export const salt: InventoryReader = {
  format: 'salt',
  kinds: ['json', 'text'],
  recognise({ text, json }) {
    const values = json()?.values;
    if (values === undefined)
      return isYaml(text) ? { confidence: 0.9, against: '' } : notThis('no grains in JSON or YAML');
    for (const _ of findRecords(values, isGrains, 5000)) return { confidence: 0.9, against: '' };
    return notThis('no grains such as "osfullname" and "saltversion"');
  },
  read({ source, text, json }) {
    const others = new OtherSystems();
    const inventories = [...findRecords(json()?.values ?? readBlockYaml(source, text), isGrains)].flatMap((grains) => {
      const system = textField(grains, 'os') ?? textField(grains, 'kernel') ?? '';
      if (/windows/i.test(system)) return [readGrains(grains)];
      others.add(system);
      return [];
    });
    others.refuseIfAlone(source, inventories.length);
    if (inventories.length === 0) throw new InventoryFormatError(source, 'grains of a minion', 'none');
    return { inventories, notes: others.notes(source) };
  },
};

function isGrains(record: JsonRecord): boolean {
  const marks = ['saltversion', 'saltpath', 'cpuarch', 'osfinger', 'osmajorrelease', 'osmanufacturer'];
  return (
    textField(record, 'os') !== undefined &&
    textField(record, 'osrelease', 'osfullname') !== undefined &&
    marks.filter((key) => Object.hasOwn(record, key)).length >= 2
  );
}

function isYaml(text: string): boolean {
  const head = text.slice(0, 200_000);
  return /^\s+osfullname: /m.test(head) && /^\s+(?:saltversion|saltpath|osmanufacturer): /m.test(head);
}

function readGrains(grains: JsonRecord): Inventory {
  const id = textField(grains, 'id');
  const name = textField(grains, 'osfullname');
  return {
    ...emptyInventory,
    device: {
      ...emptyInventory.device,
      name: textField(grains, 'fqdn', 'host', 'id'),
      sourceId: id === undefined ? undefined : `salt:${id}`,
      ipAddresses: [...listField(grains, 'ipv4'), ...listField(grains, 'ipv6')]
        .flatMap((each) => textOf(each) ?? [])
        .filter((each) => !/^(?:127\.|::1$|fe80:|169\.254\.)/i.test(each)),
    },
    os: {
      ...emptyInventory.os,
      name,
      build: [textField(grains, 'osversion'), textField(grains, 'kernelrelease')]
        .map(parseBuild)
        .find((build) => build !== undefined),
      architecture: parseArchitecture(textField(grains, 'cpuarch') ?? ''),
      installationType: installationTypeOfName(name),
    },
  };
}
