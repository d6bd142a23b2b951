/** An object of somebody else's JSON. Its fields are read with `fieldOf` and the like: own keys only, wrong types are absent. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of `keys` that the object has with a value other than `null`. */
export function fieldOf(record: JsonRecord, ...keys: readonly string[]): unknown {
  for (const key of keys) {
    const value = Object.hasOwn(record, key) ? record[key] : undefined;
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A text or number as text without the blanks around it; `undefined` for anything else and for what is blank. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

export function textField(record: JsonRecord, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textOf(fieldOf(record, key));
    if (text !== undefined) return text;
  }
  return undefined;
}

export function recordField(record: JsonRecord, ...keys: readonly string[]): JsonRecord | undefined {
  const value = fieldOf(record, ...keys);
  return isRecord(value) ? value : undefined;
}

/** The list under a key; one object where a list is expected is a list of one, as PowerShell writes it. */
export function listField(record: JsonRecord, ...keys: readonly string[]): readonly unknown[] {
  const value = fieldOf(record, ...keys);
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** The objects in a value that is a list, or the value itself where it is one. */
export function recordsIn(value: unknown): readonly JsonRecord[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

/** `true`, `1`, `"True"`; `undefined` for what is neither yes nor no. */
export function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textOf(value)?.toLowerCase();
  if (text === 'true' || text === '1' || text === 'yes') return true;
  if (text === 'false' || text === '0' || text === 'no') return false;
  return undefined;
}
