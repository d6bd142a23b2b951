import { agreedBuild } from '../../facts/agreed-build.ts';
import type { AgreedBuild } from '../../facts/agreed-build.ts';
import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion } from '../../facts/display-version.ts';
import { parseInstant } from '../../facts/instant.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { InstalledSoftware, Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { firstRecord } from '../../text/find-records.ts';
import { isRecord, textField, textOf } from '../../text/loose-json.ts';
import type { NamedRow } from '../../text/named-row.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport } from '../reader.ts';
import { exportRows, idColumns, nameColumns } from './export-row.ts';
import { isMissingKbItem, readMissingKbs } from './missing-kbs.ts';
import { windowsNameOf } from './os-platform.ts';

/**
 * What Microsoft Defender for Endpoint says of devices: `/api/machines` (no UBR), the exports of software and vulnerabilities by machine
 * (`osVersion` is build and UBR; JSON, one object a line, CSV), advanced hunting (DeviceInfo, DeviceTvmSoftwareVulnerabilities,
 * DeviceTvmSoftwareInventory), the portal's list of devices, answers of `getmissingkbs`. The updates that it recommends are its verdict.
 * Source: Microsoft Learn, Defender for Endpoint API, and Defender XDR's advanced hunting schema.
 */
export const defender: InventoryReader = {
  format: 'defender',
  kinds: ['json', 'text', 'binary'],
  marks: [/\b(?:computerDnsName|DeviceName)\b/i, /\bosPlatform\b/i, /\b(?:osBuild|OSVersionInfo|onboardingStatus)\b/i],
  recognise(input) {
    if (exportRows.firstIn(input) !== undefined) return { confidence: 0.9, against: '' };
    if (firstRecord(input.json()?.values ?? [], isMissingKbItem) !== undefined) return { confidence: 0.9, against: '' };
    return notThis(
      'no computerDnsName with osPlatform, no DeviceId with OSPlatform, no productsNames with machineMissedOn',
    );
  },
  read(input) {
    const rows = exportRows.rowsIn(input);
    if (rows.length === 0) return { inventories: readMissingKbs(input), notes: [] };
    return readRows(input.source, rows);
  },
};

function readRows(source: string, rows: readonly NamedRow[]): ReadReport {
  const byDevice = new Map<string, NamedRow[]>();
  const notes: string[] = [];
  const setAside = { nameless: 0, others: 0, merged: 0 };
  for (const row of rows) {
    const key = (row.text(...idColumns) ?? row.text(...nameColumns))?.toLowerCase();
    if (key === undefined) setAside.nameless += 1;
    else if (windowsNameOf(row.text('osPlatform') ?? 'Windows') === undefined) setAside.others += 1;
    // Defender found it to be another machine, which is listed as well.
    else if (row.value('mergedIntoMachineId') !== undefined) setAside.merged += 1;
    else {
      const same = byDevice.get(key);
      if (same === undefined) byDevice.set(key, [row]);
      else same.push(row);
    }
  }
  if (byDevice.size === 0)
    throw new InventoryFormatError(source, 'rows of Defender about Windows devices', `${rows.length} about none`);
  for (const [why, count] of [
    ['neither id nor name', setAside.nameless],
    ['not Windows', setAside.others],
    ['merged into another machine', setAside.merged],
  ] as const)
    if (count > 0) notes.push(`${source}: ${count} of ${rows.length} rows set aside: ${why}`);
  return { inventories: [...byDevice.values()].map((same) => inventoryOf(same, source, notes)), notes };
}

const timeColumns = ['lastSeen', 'LastSeenTimestamp', 'Timestamp', 'Last device update', 'EventTimestamp'];

interface TimedRow {
  readonly row: NamedRow;
  /** UTC instant, empty where the row has none. */
  readonly time: string;
}

/** The newest row counts where they differ: advanced hunting has many of one device. */
function inventoryOf(rows: readonly NamedRow[], source: string, notes: string[]): Inventory {
  const timed = rows.map((row): TimedRow => ({ row, time: parseInstant(row.text(...timeColumns)) ?? '' }));
  const newestFirst = timed.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).map(({ row }) => row);
  const first = (...names: readonly string[]): string | undefined =>
    newestFirst.map((row) => row.text(...names)).find((text) => text !== undefined);
  const id = first(...idColumns)?.toLowerCase();
  const name = windowsNameOf(first('osPlatform') ?? '');
  const { build, doubt } = buildOf(timed);
  if (doubt !== undefined) notes.push(`${source}: ${first(...nameColumns) ?? id ?? 'a device'}: ${doubt}`);
  const isId = id !== undefined && /^[0-9a-f]{40}$/.test(id);
  return {
    ...emptyInventory,
    observedAt: timed[0]?.time === '' ? undefined : timed[0]?.time,
    device: {
      id: isId ? id : undefined,
      name: first(...nameColumns),
      sourceId: id === undefined ? undefined : `defender:${id}`,
      tags: textsOf(newestFirst[0]?.value('machineTags', 'DeviceManualTags', 'Tags')),
      ipAddresses: addressesOf(newestFirst),
    },
    os: {
      ...emptyInventory.os,
      name,
      build,
      displayVersion: parseDisplayVersion(first('version', 'OSVersionInfo', 'Windows 10 version')),
      architecture: parseArchitecture(first('osArchitecture', 'osProcessor') ?? ''),
      installationType: installationTypeOfName(name),
    },
    software: softwareOf(rows),
    components: { ...emptyInventory.components, internetExplorer: explorerOf(newestFirst) },
    opinions: inVerdictOrder(rows.flatMap(opinionOf)),
  };
}

/** Build and UBR of the exports, or of the system among the software; and the bare number of the list of machines. */
function buildOf(rows: readonly TimedRow[]): AgreedBuild {
  return agreedBuild(
    rows.flatMap(({ row, time }) =>
      [
        parseBuild(row.text('osVersion')),
        isSystem(row) ? parseBuild(row.text('softwareVersion')) : undefined,
        parseBuild(row.value('osBuild')),
      ].map((build) => ({ build, at: time === '' ? undefined : time })),
    ),
  );
}

/** `windows_10`, `windows_server_2019` by Microsoft. */
function isSystem(row: NamedRow): boolean {
  return (
    /^windows_(?:server_)?\d/i.test(row.text('softwareName') ?? '') &&
    /^microsoft$/i.test(row.text('softwareVendor') ?? '')
  );
}

function softwareOf(rows: readonly NamedRow[]): readonly InstalledSoftware[] {
  const found = new Map<string, InstalledSoftware>();
  for (const row of rows) {
    const name = row.text('softwareName');
    if (name === undefined || isSystem(row) || isFixed(row)) continue;
    const entry = { name, vendor: row.text('softwareVendor'), version: row.text('softwareVersion') };
    found.set(JSON.stringify(entry), entry);
  }
  return [...found.values()];
}

function explorerOf(rows: readonly NamedRow[]): string | undefined {
  const row = rows.find((each) => /^internet_explorer$/i.test(each.text('softwareName') ?? ''));
  return row?.text('softwareVersion');
}

/** A delta export names what was there before, too. */
function isFixed(row: NamedRow): boolean {
  return /^fixed$/i.test(row.text('status') ?? '');
}

/** The update of a weakness that is still there. */
function opinionOf(row: NamedRow): readonly OtherVerdict[] {
  const kb = tryParseKbNumber(row.text('recommendedSecurityUpdateId') ?? '');
  if (kb === undefined || isFixed(row)) return [];
  return [{ source: 'defender', kb, verdict: 'missing', title: row.text('recommendedSecurityUpdate') }];
}

/** A list, or in a table its texts with separators, maybe as JSON. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => textOf(each) ?? []))];
  const text = textOf(value) ?? '';
  if (text.startsWith('System.')) return [];
  const words = text.replace(/^\[|\]$/g, '').split(/[,;|]/);
  return [...new Set(words.map((word) => word.trim().replace(/^"|"$/g, '')).filter((word) => word !== ''))];
}

function addressesOf(rows: readonly NamedRow[]): readonly string[] {
  const all = rows.slice(0, 1).flatMap((row) => {
    const listed = row.value('ipAddresses');
    const interfaces = (Array.isArray(listed) ? listed : []).filter(isRecord);
    return [row.text('lastIpAddress', 'IP address'), ...interfaces.map((each) => textField(each, 'ipAddress'))];
  });
  return [...new Set(all.flatMap((each) => each ?? []).filter(isAddress))];
}

function isAddress(text: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{3,39})$/i.test(text);
}
