import { isRecord, textOf } from './loose-json.ts';
import type { JsonRecord } from './loose-json.ts';

/**
 * One object as PowerShell shows or writes it: a row of a table or of a CSV, a block of a list, a record of JSON or CLIXML.
 * Names are the objects' own: no language changes them. They are compared without case.
 */
export interface PowershellObject {
  /** By name in lower case, in the order of the source. */
  readonly fields: ObjectFields;
  /** The JSON objects around it, the nearest first: a script's wrapper may name the host. */
  readonly around: readonly JsonRecord[];
  /** Under which key of the nearest one it lies: `value`, or a name that tells lists apart. */
  readonly under?: string;
}

export type ObjectFields = ReadonlyMap<string, unknown>;

/** The first of the fields (in lower case) that is there and neither `null` nor blank. */
export function valueIn({ fields }: PowershellObject, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = fields.get(name);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** The first of the fields that has a text or number, or an object that stands for one. */
export function textIn({ fields }: PowershellObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = scalarText(fields.get(name));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Texts and numbers with added properties, and dates of Windows PowerShell, become objects with a `value` in JSON. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value);
  if (!isRecord(value)) return textOf(value);
  for (const key of ['value', 'Value', 'value__']) if (Object.hasOwn(value, key)) return textOf(value[key]);
  return undefined;
}

/** The items of a field that is a list, or itself where there is one: a list of one is often written so. */
export function listIn(object: PowershellObject, ...names: readonly string[]): readonly unknown[] {
  const value = valueIn(object, ...names);
  if (Array.isArray(value)) return value;
  // Windows PowerShell 5.1 writes a list that was touched before as { "value": […], "Count": 3 }.
  if (isRecord(value) && Array.isArray(value['value'])) return value['value'] as readonly unknown[];
  return value === undefined ? [] : [value];
}

export function objectOf(
  fields: Iterable<readonly [string, unknown]>,
  around: readonly JsonRecord[] = [],
  under = '',
): PowershellObject {
  const map = new Map<string, unknown>();
  for (const [name, value] of fields) {
    const key = name.trim().toLowerCase();
    if ((map.get(key) ?? null) === null) map.set(key, value);
  }
  return { fields: map, around, under };
}

/** Whether an object is a part of a larger one that says more than a name: then that one may be a format of its own. */
export function isPart({ around }: PowershellObject): boolean {
  return around.some((record) => Object.values(record).filter((value) => typeof value !== 'object').length > 3);
}

/** Properties that name the computer an object came from, the surest first. */
const hostFields = [
  'csname',
  'pscomputername',
  'computername',
  '__server',
  'source',
  'machinename',
  'systemname',
  'node',
  'computer',
  'hostname',
  'host',
  'server',
  'servername',
  'devicename',
  'fqdn',
];
const wrapperHostFields = [...hostFields, 'device', 'name'];

/**
 * The computer an object came from, by itself or by a wrapper; `undefined` where it is not said, or where a table cut the
 * name (`DESKTOP-4...`).
 */
export function hostOf({ fields, around }: PowershellObject): string | undefined {
  return (
    hostNamed(fields, hostFields) ??
    around
      .map((record) => hostNamed(objectOf(Object.entries(record)).fields, wrapperHostFields))
      .find((host) => host !== undefined)
  );
}

function hostNamed(fields: ObjectFields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const host = scalarText(fields.get(name))?.replace(/^\\\\/, '');
    if (host !== undefined && isHostName(host)) return host;
  }
  return undefined;
}

function isHostName(text: string): boolean {
  return text.length <= 255 && !/[\s\\/…]|\.\.\.$|^\.$|^localhost$/i.test(text);
}

/**
 * Objects by the computer they came from, in the order of their first. Those that name none belong together where they
 * stand together: in one list, or under one key of one wrapper. `nameOf` names the computer of an object.
 */
export function groupByHost(
  objects: readonly PowershellObject[],
  nameOf: (object: PowershellObject) => string | undefined = hostOf,
): readonly HostObjects[] {
  const groups = new Map<string, { readonly host: string | undefined; readonly objects: PowershellObject[] }>();
  const wrappers = new Map<JsonRecord | undefined, number>();
  for (const object of objects) {
    const host = nameOf(object);
    const [wrapper] = object.around;
    if (!wrappers.has(wrapper)) wrappers.set(wrapper, wrappers.size);
    const place = `${wrappers.get(wrapper) ?? 0} ${object.under ?? ''} ${cutHostOf(object) ?? ''}`;
    const key = host === undefined ? `at ${place}` : `of ${host.toLowerCase()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { host, objects: [object] });
    else group.objects.push(object);
  }
  return [...groups.values()];
}

/** What one computer's objects are. */
export interface HostObjects {
  /** `undefined` where they name none. */
  readonly host: string | undefined;
  readonly objects: readonly PowershellObject[];
}

/** What a table left of a name tells hosts apart all the same. */
function cutHostOf({ fields }: PowershellObject): string | undefined {
  for (const name of hostFields) {
    const text = scalarText(fields.get(name));
    if (text !== undefined && /…|\.\.\.$/.test(text)) return text;
  }
  return undefined;
}
