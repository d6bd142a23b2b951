import { emptyInventory } from '../../inventory.ts';
import type { InstalledSoftware, Inventory } from '../../inventory.ts';
import { inOrder, updateStates } from '../../installed-update.ts';
import type { InstalledUpdate } from '../../installed-update.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import type { InventoryReader, ReadReport } from '../reader.ts';
import { JsonFields } from './json-fields.ts';

const nativeSchema = 'kbgap-inventory/1';

/** kbgap's own inventory, JSON: what its collector writes and every other format is converted to. */
export const native: InventoryReader = {
  format: 'native',
  recognise({ text }) {
    const start = text.trimStart();
    if (!start.startsWith('{')) return { confidence: 0, against: 'no JSON object' };
    if (/"schema"\s*:\s*"kbgap-inventory\//.test(text.slice(0, 1_000_000))) return { confidence: 1, against: '' };
    if (/"os"\s*:\s*\{/.test(text.slice(0, 1_000_000))) return { confidence: 0.5, against: '' };
    return { confidence: 0, against: `no "schema": "${nativeSchema}" and no "os" object` };
  },
  read({ source, text }) {
    let value: unknown;
    try {
      value = JSON.parse(text.replace(/^\ufeff/, ''));
    } catch (error) {
      throw new InventoryFormatError(
        source,
        'JSON',
        `text that is none: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    return readNativeReport(value, source);
  },
};

/** One native inventory from parsed JSON. @throws {InventoryFormatError} naming the key, what was expected and what came. */
export function readNative(value: unknown, source = 'inventory'): Inventory {
  const [inventory] = readNativeReport(value, source).inventories;
  return inventory ?? emptyInventory;
}

function readNativeReport(value: unknown, source: string): ReadReport {
  const root = new JsonFields(source, '', value);
  const schema = root.text('schema');
  if (schema !== undefined && schema !== nativeSchema)
    throw new InventoryFormatError(source, `schema "${nativeSchema}"`, JSON.stringify(schema));
  const notes: string[] = [];
  const os = root.object('os');
  if (os === undefined) throw new InventoryFormatError(source, 'an object "os" with a build or a name', 'none');
  const inventory: Inventory = {
    observedAt: root.instant('observedAt'),
    device: readDevice(root.object('device'), source),
    os: readOs(os, source),
    updates: inOrder(
      root.list('updates').flatMap((item, index) => readUpdate(item, `${source}: updates[${index}]`, notes)),
    ),
    updatesComplete: root.flag('updatesComplete') ?? false,
    software: root
      .list('software')
      .flatMap((item, index) => readSoftware(new JsonFields(source, `software[${index}].`, item))),
    components: readComponents(root.object('components')),
    pendingReboot: root.flag('pendingReboot'),
  };
  return { inventories: [inventory], notes };
}

function readDevice(device: JsonFields | undefined, source: string): Inventory['device'] {
  const id = device?.text('id')?.trim().toLowerCase();
  if (id !== undefined && !/^[0-9a-f]{40}$/.test(id)) {
    throw new InventoryFormatError(source, 'device.id of 40 hex digits', JSON.stringify(id.slice(0, 100)));
  }
  const name = device?.text('name')?.trim();
  if (name !== undefined && name.length > 255)
    throw new InventoryFormatError(source, 'device.name of at most 255 characters', `${name.length}`);
  return {
    id,
    name: name === '' ? undefined : name,
    tags: device?.texts('tags') ?? [],
    ipAddresses: device?.texts('ipAddresses') ?? [],
  };
}

function readOs(os: JsonFields, source: string): Inventory['os'] {
  const buildText = os.text('build');
  const build = buildText === undefined ? undefined : tryParseWindowsBuild(buildText);
  const name = os.text('name')?.trim();
  if (buildText !== undefined && build === undefined) {
    throw new InventoryFormatError(source, 'os.build such as 10.0.19045.3930', JSON.stringify(buildText.slice(0, 100)));
  }
  if (build === undefined && (name ?? '') === '')
    throw new InventoryFormatError(source, 'os.build or os.name', 'neither');
  const architecture = os.text('architecture');
  const installationType = os.text('installationType');
  return {
    name: name === '' ? undefined : name,
    build,
    displayVersion: os.text('displayVersion'),
    architecture: architecture === undefined ? undefined : parseArchitecture(architecture),
    installationType: installationType === undefined ? undefined : parseInstallationType(installationType),
    editionId: os.text('editionId'),
  };
}

/** A bad entry costs that entry: the rest of the list still says something. */
function readUpdate(item: unknown, place: string, notes: string[]): readonly InstalledUpdate[] {
  const fields: Readonly<Record<string, unknown>> =
    typeof item === 'string' ? { kb: item } : typeof item === 'object' && item !== null ? { ...item } : {};
  const written = fields['kb'];
  const kb = typeof written === 'string' || typeof written === 'number' ? tryParseKbNumber(String(written)) : undefined;
  if (kb === undefined) {
    notes.push(`${place}: set aside, expected a KB number such as KB5034127, got ${shown(written)}`);
    return [];
  }
  const state = fields['state'] ?? 'installed';
  const known = updateStates.find((each) => each === state);
  if (known === undefined) {
    notes.push(`${place}: set aside, expected a state out of ${updateStates.join(', ')}, got ${shown(state)}`);
    return [];
  }
  const date =
    typeof fields['installedOn'] === 'string' ? /^\d{4}-\d\d-\d\d/.exec(fields['installedOn'])?.[0] : undefined;
  return [{ kb, installedOn: date, state: known }];
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}

function readSoftware(item: JsonFields): readonly InstalledSoftware[] {
  const name = item.text('name')?.trim();
  return name === undefined || name === ''
    ? []
    : [{ name, vendor: item.text('vendor'), version: item.text('version') }];
}

function readComponents(components: JsonFields | undefined): Inventory['components'] {
  return {
    dotnetFramework: components?.texts('dotnetFramework') ?? [],
    internetExplorer: components?.text('internetExplorer'),
  };
}
