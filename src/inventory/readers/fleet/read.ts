import { parseInstant } from '../../facts/instant.ts';
import { sortPrograms } from '../../facts/programs.ts';
import type { ListedProgram } from '../../facts/programs.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { findRecords } from '../../text/find-records.ts';
import { isRecord, listField, recordsIn, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport, Recognition } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { fleetMarks, hasNamedLevel, hostsIn, isFleetYaml, rowRecords } from './hosts.ts';
import { readOsVersion } from './os-version.ts';

/**
 * Hosts of a Fleet server: `/api/v1/fleet/hosts` and `/hosts/:id`, `fleetctl get hosts`, the report of hosts as CSV. Exact
 * build in all but old versions; no list of updates. Source: Fleet's REST API documentation, "Hosts", and the queries by
 * which it asks its hosts.
 */
export const fleet: InventoryReader = {
  format: 'fleet',
  kinds: ['json', 'text'],
  // Its columns are those of osquery's tables, and more.
  wraps: ['osquery'],
  marks: [/\bos_version\b/, /\b(?:detail_updated_at|seen_time|hosts_count)\b/, /\bfleet/i],
  recognise: recogniseFleet,
  read(input) {
    const hosts = hostsIn(input);
    if (hosts.length === 0)
      throw new InventoryFormatError(
        input.source,
        'hosts of Fleet',
        isListOfSystems(input.json()?.values ?? []) ? namesNoHosts : 'none',
      );
    return readHosts(input.source, hosts);
  },
};

const namesNoHosts = 'a list of operating systems names no hosts: export the hosts';

/** The answer of `/api/v1/fleet/os_versions`. */
function isListOfSystems([first]: readonly unknown[]): boolean {
  return isRecord(first) && Array.isArray(first['os_versions']);
}

function recogniseFleet(input: ReportInput): Recognition {
  const values = input.json()?.values;
  if (values !== undefined) {
    const isOne = (record: JsonRecord): boolean => hasNamedLevel(record) || fleetMarks(record) > 1;
    for (const host of findRecords(values, isOne, 5000)) return byMarks(fleetMarks(host), hasNamedLevel(host));
    // Claimed, so that the refusal says what to export.
    return isListOfSystems(values)
      ? { confidence: 0.8, against: namesNoHosts }
      : notThis('no hosts with "os_version" and fields such as "detail_updated_at"');
  }
  if (isFleetYaml(input.text)) return { confidence: 0.95, against: '' };
  const table = input.tableHead();
  if (table === undefined) return notThis('neither JSON, nor YAML of kind host, nor a table');
  const found = fleetMarks(Object.fromEntries(table.header.map((name) => [name, name])));
  const isNamed = rowRecords({ header: table.header, rows: table.rows.slice(0, 200) }).some(hasNamedLevel);
  return found === 0 && !isNamed
    ? notThis('no columns "hostname", "os_version", "detail_updated_at"')
    : byMarks(found, isNamed);
}

function byMarks(found: number, isNamed: boolean): Recognition {
  if (isNamed) return { confidence: found >= 2 ? 0.9 : 0.8, against: '' };
  return { confidence: found >= 4 ? 0.9 : found >= 2 ? 0.7 : 0.45, against: '' };
}

function readHosts(source: string, hosts: readonly JsonRecord[]): ReadReport {
  const others = new OtherSystems();
  const notes: string[] = [];
  const inventories: Inventory[] = [];
  for (const [index, host] of hosts.entries()) {
    const osVersion = textField(host, 'os_version');
    const platform = textField(host, 'platform');
    const isOther =
      platform === undefined ? !/windows/i.test(osVersion ?? 'windows') : platform.toLowerCase() !== 'windows';
    if (isOther) others.add(platform ?? osVersion?.split(' ')[0]);
    else if (osVersion !== undefined) inventories.push(readHost(host, osVersion));
    else notes.push(`${source}: host ${index + 1}: set aside, Fleet has no operating system of it yet`);
  }
  others.refuseIfAlone(source, inventories.length);
  if (inventories.length === 0)
    throw new InventoryFormatError(source, 'a host with an operating system', `${hosts.length} without`);
  return { inventories, notes: [...notes, ...others.notes(source)] };
}

function readHost(host: JsonRecord, osVersion: string): Inventory {
  const id = textField(host, 'uuid', 'id');
  const address = textField(host, 'primary_ip');
  return {
    ...emptyInventory,
    observedAt: detailsAt(host),
    device: {
      ...emptyInventory.device,
      name: textField(host, 'hostname', 'computer_name', 'display_name'),
      sourceId: id === undefined ? undefined : `fleet:${id}`,
      ipAddresses: address === undefined ? [] : [address],
    },
    os: {
      ...emptyInventory.os,
      ...readOsVersion(osVersion, textField(host, 'build')),
      architecture: parseArchitecture(textField(host, 'cpu_type') ?? ''),
    },
    software: sortPrograms(programsOf(host)).software,
  };
}

/** Fleet writes the first second of 2000 for "never". */
function detailsAt(host: JsonRecord): string | undefined {
  const at = parseInstant(textField(host, 'detail_updated_at'));
  return at?.startsWith('2000-01-01T00:00:00') === true ? undefined : at;
}

/** Programs only: the list holds extensions of browsers and packages of languages too. */
function programsOf(host: JsonRecord): readonly ListedProgram[] {
  return recordsIn(listField(host, 'software', 'software_inventory')).flatMap((entry) => {
    const name = textField(entry, 'name');
    if (name === undefined || (textField(entry, 'source') ?? 'programs') !== 'programs') return [];
    const version = textField(entry, 'version');
    const versions = version === undefined ? installedVersions(entry) : [version];
    const vendor = textField(entry, 'vendor');
    return versions.map((each) => ({ name, vendor, version: each, installedOn: undefined }));
  });
}

/** A title with its versions: `{"name":…,"installed_versions":[{"version":…}]}`. */
function installedVersions(entry: JsonRecord): readonly (string | undefined)[] {
  const versions = recordsIn(listField(entry, 'installed_versions', 'versions')).map((each) =>
    textField(each, 'version'),
  );
  return versions.length === 0 ? [undefined] : versions;
}
