import { findRecords } from '../../text/find-records.ts';
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

/** How many of Fleet's own fields an object has; 0 where it names no host or has no text for its system. */
export function fleetMarks(record: JsonRecord): number {
  const osVersion = fieldOf(record, 'os_version');
  const isNamed = textField(record, 'hostname', 'computer_name', 'display_name', 'uuid') !== undefined;
  if (!isNamed || (osVersion !== undefined && typeof osVersion !== 'string')) return 0;
  if (osVersion === undefined && !Object.hasOwn(record, 'os_version')) return 0;
  return marks.filter((key) => Object.hasOwn(record, key)).length;
}

/** Hosts of an answer of the API, of `fleetctl get hosts --json` or `--yaml`, or of the report as a table. */
export function hostsIn(input: ReportInput): readonly JsonRecord[] {
  const json = input.json();
  const isHost = (record: JsonRecord): boolean => fleetMarks(record) > 0;
  if (json !== undefined) return [...findRecords(json.values, isHost)];
  if (isFleetYaml(input.text)) return [...findRecords(readBlockYaml(input.source, input.text), isHost)];
  const table = input.table();
  if (table === undefined) return [];
  return table.rows.map((row) => Object.fromEntries(table.header.map((name, index) => [name, row[index] ?? ''])));
}

/** `fleetctl get hosts --yaml`: documents with a kind and a specification. */
export function isFleetYaml(text: string): boolean {
  const head = text.slice(0, 20_000);
  return /^kind:\s*["']?host["']?\s*$/m.test(head) && /^spec:\s*$/m.test(head);
}
