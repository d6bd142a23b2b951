/** A key of the registry with what it holds. */
export interface RegistryKey {
  /** As the source writes it, in any spelling of its hive: `HKEY_LOCAL_MACHINE\SOFTWARE\…`, `HKLM:\…`, `…::HKEY_LOCAL_MACHINE\…`. */
  readonly path: string;
  /** By name in lower case: texts, and numbers of any width. */
  readonly values: ReadonlyMap<string, RegistryData>;
}

export type RegistryData = string | number;

/** The end of a path in lower case compares alike whatever the hive is called, or mounted as. */
export function isPath({ path }: RegistryKey, end: string): boolean {
  return path.toLowerCase().endsWith(`\\${end}`);
}

/** Keys that 32-bit programs see instead are copies of the real ones. */
export function isWow64({ path }: RegistryKey): boolean {
  return /\\wow6432node\\/i.test(path);
}

export function textValue(key: RegistryKey | undefined, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = String(key?.values.get(name) ?? '').trim();
    if (text !== '') return text;
  }
  return undefined;
}

export function numberValue(key: RegistryKey | undefined, name: string): number | undefined {
  const value = key?.values.get(name);
  if (typeof value === 'number') return value;
  if (value === undefined || !/^\s*(?:0x[0-9a-f]{1,8}|\d{1,10})\s*$/i.test(value)) return undefined;
  return Number(value);
}

/** One key of the same path each, values united, the first of each name. */
export function uniteKeys(keys: readonly RegistryKey[]): readonly RegistryKey[] {
  const byPath = new Map<string, { readonly path: string; readonly values: Map<string, RegistryData> }>();
  for (const { path, values } of keys) {
    const plain = path.toLowerCase();
    const united = byPath.get(plain);
    if (united === undefined) byPath.set(plain, { path, values: new Map(values) });
    else for (const [name, value] of values) if (!united.values.has(name)) united.values.set(name, value);
  }
  return [...byPath.values()];
}
