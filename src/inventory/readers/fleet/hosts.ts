import { findRecords } from '../../text/find-records.ts';
import type { DelimitedTable } from '../../text/delimited-table.ts';
import { readBlockYaml } from '../../text/block-yaml.ts';
import { fieldOf, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import type { ReportInput } from '../report-input.ts';

/** Fields of a host that other systems have no reason to share, all at once. */
const marks = [
  'osquery_version',
  'orbit_version',
  'fleet_desktop_version',
  'detail_updated_at',
  'label_updated_at',
  'policy_updated_at',
  'last_enrolled_at',
  'refetch_requested',
  'seen_time',
  'display_text',
  'primary_mac',
  'distributed_interval',
  'gigs_disk_space_available',
] as const;

/** `Windows 11 Pro 24H2 10.0.26100.4652`: no other system writes name and version with the level into one field of this name. */
const namedLevel = /^(?:Microsoft )?Windows\b.{0,120}\s(?:10\.0|6\.[0-3])\.\d{4,5}\.\d{0,5}$/i;

/** How many of Fleet's own fields an object has; 0 where it names no host or has no text for its system. */
export function fleetMarks(record: JsonRecord): number {
  return isNamedSystem(record) ? marks.filter((key) => Object.hasOwn(record, key)).length : 0;
}

/** Whether the system is written as Fleet writes it, beside the platform: a host with few of its fields. */
export function hasNamedLevel(record: JsonRecord): boolean {
  return (
    isNamedSystem(record) &&
    Object.hasOwn(record, 'platform') &&
    namedLevel.test((textField(record, 'os_version') ?? '').slice(0, 200))
  );
}

function isNamedSystem(record: JsonRecord): boolean {
  const osVersion = fieldOf(record, 'os_version');
  const isNamed = textField(record, 'hostname', 'computer_name', 'display_name', 'uuid') !== undefined;
  if (!isNamed || (osVersion !== undefined && typeof osVersion !== 'string')) return false;
  return Object.hasOwn(record, 'os_version');
}

/** Hosts of an answer of the API, of `fleetctl get hosts --json` or `--yaml`, or of the report as a table. */
export function hostsIn(input: ReportInput): readonly JsonRecord[] {
  const json = input.json();
  const isHost = (record: JsonRecord): boolean =>
    fleetMarks(record) > 0 || (isNamedSystem(record) && Object.hasOwn(record, 'platform'));
  if (json !== undefined) return [...findRecords(json.values, isHost)];
  if (isFleetYaml(input.text)) return [...findRecords(readBlockYaml(input.source, input.text), isHost)];
  const table = input.table();
  return table === undefined ? [] : rowRecords(table);
}

export function rowRecords({ header, rows }: DelimitedTable): readonly JsonRecord[] {
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

/** `fleetctl get hosts --yaml`: documents with a kind and a specification. */
export function isFleetYaml(text: string): boolean {
  const head = text.slice(0, 20_000);
  return /^kind:\s*["']?host["']?\s*$/m.test(head) && /^spec:\s*$/m.test(head);
}
