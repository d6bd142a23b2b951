import { agreedBuild } from '../../facts/agreed-build.ts';
import { parseBuild } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { skuOf } from '../../facts/operating-system-sku.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { mergeInventories } from '../../merge-inventories.ts';
import { isRecord, listField, textOf } from '../../text/loose-json.ts';
import { RowShape } from '../../text/named-row.ts';
import type { NamedRow } from '../../text/named-row.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import type { InstallationType } from '../../../terms/installation-type.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { relabelByContent } from './columns-by-content.ts';

const system = ['operatingSystem', 'OS'] as const;
const typical = [
  'azureADDeviceId',
  'Azure AD Device ID',
  'Microsoft Entra Device ID',
  'managementAgent',
  'Managed by',
  'complianceState',
  'Compliance',
  'enrolledDateTime',
  'Enrollment date',
  'lastSyncDateTime',
  'Last check-in',
  'LastContact',
  'managedDeviceOwnerType',
  'Ownership',
  'Primary user UPN',
  'skuFamily',
  'JoinType',
];

/** A managed device, or the beta's state of Windows Update on one. Defender's exports have a platform instead of a system. */
const devices = new RowShape(
  (row) =>
    (row.has('deviceName', 'managedDeviceName') && row.has('osVersion') && !row.has('osPlatform', 'softwareName')) ||
    row.has('qualityUpdateVersion'),
);

/**
 * Devices of Microsoft Intune: Graph's `managedDevices` (pages one after another, also from PowerShell as JSON or CSV) with its
 * beta `windowsUpdateState`, and the CSV that the portal exports, whose headings are localised and change their order.
 * `osVersion` is build and UBR. Devices of other systems are set aside.
 * Source: Microsoft Graph, managedDevice and windowsUpdateState resource types.
 */
export const intune: InventoryReader = {
  format: 'intune',
  kinds: ['json', 'text', 'binary'],
  marks: [
    /\bosVersion\b|\bOS version\b/i,
    /\b(?:deviceName|Device name)\b/i,
    /\b(?:managedDevice|lastSyncDateTime|Last check-in)\b/i,
  ],
  recognise(input) {
    const row = devices.firstIn(input);
    if (row !== undefined) {
      if (row.has('qualityUpdateVersion')) return { confidence: 0.85, against: '' };
      const fits = typical.filter((name) => row.has(name)).length + (row.has(...system) ? 1 : 0);
      return fits >= 2
        ? { confidence: 0.85, against: '' }
        : fits === 1
          ? { confidence: 0.6, against: '' }
          : { confidence: 0.25, against: 'deviceName and osVersion alone' };
    }
    const head = input.kind === 'json' ? undefined : input.tableHead();
    return head !== undefined && relabelByContent(head) !== undefined
      ? { confidence: 0.6, against: '' }
      : notThis('no deviceName with osVersion, and no columns of ids, "Windows" and versions such as 10.0.22631.4317');
  },
  read(input) {
    const notes: string[] = [];
    const rows = rowsOf(input, notes);
    const inventories: Inventory[] = [];
    let others = 0;
    for (const row of rows) {
      if (isWindows(row)) inventories.push(inventoryOf(row));
      else others += 1;
    }
    if (inventories.length === 0)
      throw new InventoryFormatError(
        input.source,
        'managed devices with deviceName and osVersion, some of Windows',
        `${others} of other systems`,
      );
    if (others > 0) notes.push(`${input.source}: ${others} of ${rows.length} devices set aside: not Windows`);
    return { inventories: onePerDevice(inventories, input.source, notes), notes };
  },
};

function rowsOf(input: ReportInput, notes: string[]): readonly NamedRow[] {
  const rows = devices.rowsIn(input);
  if (rows.length > 0 || input.kind === 'json') return rows;
  const table = input.table();
  const relabelled = table === undefined ? undefined : relabelByContent(table);
  if (relabelled === undefined) return [];
  notes.push(`${input.source}: columns told by their content: ${relabelled.says.join(', ')}`);
  return devices.tableRows(relabelled.table);
}

function isWindows(row: NamedRow): boolean {
  const named = row.text(...system);
  if (named !== undefined && !/^windows/i.test(named)) return false;
  if (/^windows ?(?:phone|mobile)/i.test(named ?? '')) return false;
  return named !== undefined || parseBuild(versionOf(row)) !== undefined;
}

function versionOf(row: NamedRow): string | undefined {
  return row.text('osVersion', 'qualityUpdateVersion');
}

function inventoryOf(row: NamedRow): Inventory {
  const id = row.has('qualityUpdateVersion') ? row.text('deviceId') : row.text('id', 'Device ID', 'Intune Device ID');
  const named = row.text(...system);
  return {
    ...emptyInventory,
    observedAt: parseInstant(row.text('lastSyncDateTime', 'Last check-in', 'LastContact', 'lastScanDateTime')),
    device: {
      ...emptyInventory.device,
      name: row.text('deviceName', 'deviceDisplayName', 'managedDeviceName'),
      sourceId: id === undefined ? undefined : `intune:${id.replace(/^\{|\}$/g, '').toLowerCase()}`,
      ipAddresses: addressesOf(row),
    },
    os: {
      ...emptyInventory.os,
      // "Windows" names no system: it would only stand in the way of a source that knows more.
      name: /\d/.test(named ?? '') ? named : undefined,
      build: parseBuild(versionOf(row)),
      displayVersion: displayVersionOf(row.text('featureUpdateVersion')),
      architecture: parseArchitecture(row.text('processorArchitecture') ?? ''),
      installationType: installationTypeOf(row, named),
      editionId: skuOf(row.value('skuNumber'))?.editionId,
    },
    pendingReboot: row.text('status') === 'pendingReboot' ? true : undefined,
  };
}

/**
 * Client or server: by the edition, or because only clients can be enrolled for management. Devices that Defender or
 * Configuration Manager manages and that stand in the list too may be servers.
 */
function installationTypeOf(row: NamedRow, named: string | undefined): InstallationType | undefined {
  const sku = skuOf(row.value('skuNumber'));
  if (sku !== undefined) return sku.installationType;
  if (/server/i.test(`${named ?? ''} ${row.text('skuFamily') ?? ''}`)) return 'Server';
  if (/^(?:pro|enterprise|education|home|core|business|iot|cloud)/i.test(row.text('skuFamily') ?? '')) return 'Client';
  const agent = row.text('managementAgent', 'Managed by') ?? '';
  return /^(?:mdm|easmdm|intune|intuneclient|co-|configurationmanagerclientmdm)/i.test(agent) ? 'Client' : undefined;
}

/** `23H2` or `Windows 10, version 1909`. */
function displayVersionOf(text: string | undefined): string | undefined {
  return /(?<!\w)(\d\dH[12]|1[5-9]\d\d|200[49])(?!\w)/i.exec(text ?? '')?.[1]?.toUpperCase();
}

function addressesOf(row: NamedRow): readonly string[] {
  const hardware = row.value('hardwareInformation');
  const listed = isRecord(hardware)
    ? [...listField(hardware, 'ipAddressV4'), ...listField(hardware, 'wiredIPv4Addresses')]
    : [];
  const all = [...listed.flatMap((address) => textOf(address) ?? []), row.text('WiFiIPv4Address') ?? ''];
  return [
    ...new Set(all.filter((address) => /^[\d.]{7,15}$|^[\da-f:]{3,39}$/i.test(address) && address !== '0.0.0.0')),
  ];
}

/** A device and its state of Windows Update, or a device on two pages, are one. */
function onePerDevice(inventories: readonly Inventory[], source: string, notes: string[]): readonly Inventory[] {
  const byId = new Map<string, Inventory[]>();
  for (const [index, inventory] of inventories.entries()) {
    const key = inventory.device.sourceId ?? `${index}`;
    const same = byId.get(key);
    if (same === undefined) byId.set(key, [inventory]);
    else same.push(inventory);
  }
  return [...byId.values()].map((same) => {
    const merged = mergeInventories(
      same.map((inventory) => ({ inventory, source: 'intune', at: inventory.observedAt })),
    ).inventory;
    const { build, doubt } = agreedBuild(same.map(({ os, observedAt }) => ({ build: os.build, at: observedAt })));
    if (doubt === undefined) return merged;
    notes.push(`${source}: ${merged.device.name ?? merged.device.sourceId ?? 'a device'}: ${doubt}`);
    return { ...merged, os: { ...merged.os, build } };
  });
}
