import { fieldOf, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';

/** The tables that say something about a device's updates; a row of a join may belong to several. */
export type Table =
  | 'os_version'
  | 'system_info'
  | 'patches'
  | 'programs'
  | 'registry'
  | 'windows_update_history'
  | 'interface_addresses'
  | 'pending_reboot';

/** Columns that stand in no other product's rows together: rows with all of them are osquery's beyond doubt. */
const signatures: readonly (readonly string[])[] = [
  ['name', 'version', 'major', 'minor', 'build', 'platform'],
  ['computer_name', 'uuid', 'hardware_serial'],
  ['hotfix_id', 'installed_on'],
  ['hotfix_id', 'csname'],
  ['name', 'version', 'identifying_number'],
  ['key', 'path', 'name', 'type', 'data'],
  ['title', 'result_code', 'operation', 'update_id'],
];

const programColumns: readonly string[] = [
  'publisher',
  'identifying_number',
  'install_source',
  'install_location',
  'uninstall_string',
  'upgrade_code',
  'package_family_name',
];

/** Whether the row's columns alone name the table. */
export function isSigned(row: JsonRecord): boolean {
  return signatures.some((columns) => columns.every((column) => Object.hasOwn(row, column)));
}

/**
 * The tables that a row's columns speak for, whatever the query is called: packs prefix names, administrators choose their
 * own, select some columns and join others. Source: osquery's table specifications, `specs/` and `specs/windows/`.
 */
export function tablesOf(row: JsonRecord): readonly Table[] {
  const has = (column: string): boolean => fieldOf(row, column) !== undefined;
  const isOs = isOsRow(row);
  const isRegistry = isRegistryRow(row);
  const isNamedHost = has('hostname') && (has('hardware_serial') || has('cpu_type') || has('uuid'));
  const told: readonly (readonly [table: Table, isTold: boolean])[] = [
    ['os_version', isOs],
    ['system_info', has('computer_name') || isNamedHost],
    ['patches', has('hotfix_id')],
    ['windows_update_history', has('title') && has('result_code')],
    ['interface_addresses', has('address') && has('mask') && has('interface')],
    ['pending_reboot', has('pending_reboot')],
    ['registry', isRegistry],
    ['programs', !isOs && !isRegistry && has('name') && has('version') && isProgramRow(row)],
  ];
  return told.flatMap(([table, isTold]) => (isTold ? [table] : []));
}

/** Also one of Linux or macOS: its platform says so. */
function isOsRow(row: JsonRecord): boolean {
  const platform = textField(row, 'platform');
  const version = textField(row, 'version') ?? '';
  if (textField(row, 'name') === undefined) return platform === 'windows' && /^\d+\.\d+\.\d+/.test(version);
  if (fieldOf(row, 'major') !== undefined || (platform !== undefined && version !== '')) return true;
  const isWindows = /\bWindows\b/i.test(textField(row, 'name') ?? '');
  if (isWindows && fieldOf(row, 'build') !== undefined) return true;
  // Programs are called Windows too, but none has a version of three parts that is a build.
  return isWindows && /^(?:10\.0|6\.[0-3])\.\d{4,5}$/.test(version);
}

function isProgramRow(row: JsonRecord): boolean {
  const columns = Object.keys(row);
  return columns.length === 2 || columns.some((column) => programColumns.includes(column));
}

/** Values of the registry's `CurrentVersion` that no other key has, by their names in lower case. */
const ownValues: ReadonlyMap<string, string> = new Map(
  ['UBR', 'CurrentBuild', 'CurrentBuildNumber', 'EditionID', 'InstallationType'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

/**
 * The value of `CurrentVersion` that a column or a row without its key speaks of: `SELECT data AS ubr FROM registry …` and
 * `SELECT name, data …`; `current_build` and `CurrentBuild` are one. `DisplayVersion` is a value of every program too and
 * counts only `amongOwn`, beside one of the others.
 */
export function currentVersionValueOf(name: string, amongOwn = false): string | undefined {
  const plain = name.toLowerCase().replaceAll('_', '');
  return ownValues.get(plain) ?? (amongOwn && plain === 'displayversion' ? 'DisplayVersion' : undefined);
}

function isRegistryRow(row: JsonRecord): boolean {
  if (/^HK(?:EY_|LM|CU|U\\|CR)/i.test(textField(row, 'key', 'path') ?? '')) return true;
  if (Object.hasOwn(row, 'data') && currentVersionValueOf(textField(row, 'name') ?? '') !== undefined) return true;
  return Object.keys(row).some((column) => currentVersionValueOf(column) !== undefined);
}
