import { parseBuild } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { sortPrograms } from '../../facts/programs.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { findRecords } from '../../text/find-records.ts';
import { fieldOf, flagOf, isRecord, recordField, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';

/**
 * Attributes of Chef's ohai: what it prints, and nodes of a Chef server (`knife node show -l -F json`), where they are
 * `automatic`. No UBR, no list of updates. Source: ohai's Windows plugins (kernel, packages), and the nodes of chefspec/fauxhai.
 */
export const ohai: InventoryReader = {
  format: 'ohai',
  kinds: ['json'],
  // Its kernel's version is systeminfo's: "10.0.20348 N/A Build 20348".
  wraps: ['systeminfo'],
  recognise({ json }) {
    for (const _ of findRecords(json()?.values ?? [], isNode, 5000)) return { confidence: 0.9, against: '' };
    return notThis('no attributes "kernel", "platform" and "platform_version"');
  },
  read({ source, json }) {
    const others = new OtherSystems();
    const inventories = [...findRecords(json()?.values ?? [], isNode)].flatMap((node) => {
      const attributes = recordField(node, 'automatic') ?? node;
      const platform = textField(attributes, 'platform') ?? '';
      if (/windows/i.test(platform))
        return [readNode(attributes, node === attributes ? undefined : textField(node, 'name'))];
      others.add(platform);
      return [];
    });
    others.refuseIfAlone(source, inventories.length);
    if (inventories.length === 0) throw new InventoryFormatError(source, 'attributes of a node', 'none');
    return { inventories, notes: others.notes(source) };
  },
};

function isNode(record: JsonRecord): boolean {
  const attributes = recordField(record, 'automatic') ?? record;
  return (
    textField(attributes, 'platform') !== undefined &&
    textField(attributes, 'platform_version') !== undefined &&
    recordField(attributes, 'kernel') !== undefined
  );
}

function readNode(attributes: JsonRecord, nodeName: string | undefined): Inventory {
  const kernel = recordField(attributes, 'kernel') ?? {};
  const info = recordField(kernel, 'os_info') ?? {};
  const address = textField(attributes, 'ipaddress');
  const name = textField(info, 'caption') ?? textField(kernel, 'name');
  return {
    ...emptyInventory,
    observedAt: parseInstant(fieldOf(attributes, 'ohai_time')),
    device: {
      ...emptyInventory.device,
      name: textField(attributes, 'fqdn', 'hostname', 'machinename') ?? textField(info, 'cs_name') ?? nodeName,
      sourceId: nodeName === undefined ? undefined : `chef:${nodeName}`,
      ipAddresses: address === undefined ? [] : [address],
    },
    os: {
      ...emptyInventory.os,
      name,
      build: [textField(info, 'version'), textField(kernel, 'release'), textField(attributes, 'platform_version')]
        .map(parseBuild)
        .find((build) => build !== undefined),
      architecture: parseArchitecture(textField(info, 'os_architecture') ?? textField(kernel, 'machine') ?? ''),
      installationType:
        flagOf(fieldOf(kernel, 'server_core')) === true
          ? 'Server Core'
          : (parseInstallationType(textField(kernel, 'product_type') ?? '') ?? installationTypeOfName(name)),
    },
    software: sortPrograms(programsOf(attributes)).software,
  };
}

/** `packages` is an object by name. */
function programsOf(attributes: JsonRecord): Parameters<typeof sortPrograms>[0] {
  return Object.entries(recordField(attributes, 'packages') ?? {}).flatMap(([name, entry]) =>
    isRecord(entry)
      ? [{ name, version: textField(entry, 'version'), vendor: textField(entry, 'vendor'), installedOn: undefined }]
      : [],
  );
}
