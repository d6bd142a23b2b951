import type { RegistryKey } from '../../facts/registry-keys.ts';
import { fieldOf, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { currentVersionValueOf } from './tables.ts';

const currentVersion = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/**
 * The keys that rows of one query on `registry` speak of. A value stands in its key; what has no data and no type of a value is
 * a key itself, as the table lists the keys below another one.
 */
export function keysOfRows(rows: readonly JsonRecord[]): readonly RegistryKey[] {
  const isCurrent = rows.some((row) => currentVersionValueOf(textField(row, 'name') ?? '') !== undefined);
  return rows.flatMap((row) => [...keysOfRow(row, isCurrent), ...keysOfColumns(row)]);
}

/** `isCurrent`: a query that selects neither key nor path asked for values of `CurrentVersion`. */
function keysOfRow(row: JsonRecord, isCurrent: boolean): readonly RegistryKey[] {
  const name = textField(row, 'name');
  const path = textField(row, 'path');
  const data = textField(row, 'data');
  const key = textField(row, 'key') ?? (path === undefined ? undefined : parentOf(path, name));
  if (key === undefined) {
    const value = isCurrent ? currentVersionValueOf(name ?? '', true) : undefined;
    return value === undefined ? [] : [keyWith(currentVersion, value, data)];
  }
  const isKey = textField(row, 'type')?.toLowerCase() === 'subkey' || data === undefined;
  const valueName = name ?? path?.slice(key.length + 1);
  if (valueName === undefined) return [keyWith(key)];
  return isKey ? [keyWith(`${key}\\${valueName}`)] : [keyWith(key, valueName, data)];
}

/** Everything before the name, which may hold a backslash itself. */
function parentOf(path: string, name: string | undefined): string {
  const plain = path.replace(/\\+$/, '');
  if (name !== undefined && plain.toLowerCase().endsWith(`\\${name.toLowerCase()}`))
    return plain.slice(0, -name.length - 1);
  return plain.slice(0, Math.max(0, plain.lastIndexOf('\\')));
}

/** `SELECT data AS ubr`, and `display_version` beside it. */
function keysOfColumns(row: JsonRecord): readonly RegistryKey[] {
  const columns = Object.keys(row);
  const isOwn = columns.some((column) => currentVersionValueOf(column) !== undefined);
  const isOfWindows = isOwn || fieldOf(row, 'platform', 'major', 'build') !== undefined;
  return columns.flatMap((column) => {
    const name = currentVersionValueOf(column, isOfWindows);
    return name === undefined ? [] : [keyWith(currentVersion, name, textField(row, column))];
  });
}

function keyWith(path: string, name?: string, data?: string): RegistryKey {
  const values = name === undefined || data === undefined ? [] : [[name.toLowerCase(), data] as const];
  return { path: path.replace(/\\+$/, ''), values: new Map(values) };
}
