import { fieldOf, isRecord } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';

/** What Ansible says of one host: results of tasks, cached facts, variables. */
export interface HostScopes {
  /** Its name in Ansible's inventory; `undefined` where only the file's name can tell. */
  readonly name: string | undefined;
  readonly scopes: JsonRecord[];
}

/** Hosts by their inventory name, and hosts that were not reached. */
export interface CollectedHosts {
  readonly hosts: readonly HostScopes[];
  readonly failed: readonly string[];
}

const deepest = 8;
/** Keys that wrap hosts and are none: of `ansible-inventory --list`, of the callback `json`, of our asking. */
const wrappers = new Set([
  '_meta',
  'hostvars',
  'hosts',
  'plays',
  'tasks',
  'results',
  'value',
  'data',
  'items',
  'msg',
  'ansible',
]);
const variables = ['inventory_hostname', 'ansible_host', 'ansible_connection', 'ansible_port', 'group_names'];
const factKeys = ['os_family', 'distribution', 'hostname', 'kernel', 'os_product_type', 'os_name', 'fqdn', 'system'];

/** Whether a record says something of a host: facts with or without their prefix, variables, or a result of `win_updates`. */
export function isHostScope(record: JsonRecord): boolean {
  return (
    isRecord(fieldOf(record, 'ansible_facts')) ||
    isPlainFacts(record) ||
    factKeys.some((key) => fieldOf(record, `ansible_${key}`) !== undefined) ||
    variables.some((key) => fieldOf(record, key) !== undefined) ||
    isUpdatesResult(record)
  );
}

/** The variable `ansible_facts` as such: its names have no prefix, and other systems' facts call some of them the same. */
export function isPlainFacts(record: JsonRecord): boolean {
  return fieldOf(record, 'os_family') !== undefined && fieldOf(record, 'distribution_version') !== undefined;
}

/** A result of `win_updates`. */
export function isUpdatesResult(record: JsonRecord): boolean {
  return typeof fieldOf(record, 'updates') === 'object' && fieldOf(record, 'found_update_count') !== undefined;
}

/** The hosts in parsed JSON, whatever wraps them. A host that stands in several tasks is one. */
export function hostsInJson(values: readonly unknown[]): CollectedHosts {
  const byName = new Map<string | undefined, HostScopes>();
  const unnamed: HostScopes[] = [];
  const failed: string[] = [];
  const add = (name: string | undefined, record: JsonRecord): void => {
    if (name === undefined) unnamed.push({ name, scopes: [record] });
    else {
      const host = byName.get(name);
      if (host === undefined) byName.set(name, { name, scopes: [record] });
      else host.scopes.push(record);
    }
  };
  const walk = (value: unknown, key: string, container: string, depth: number): void => {
    if (depth > deepest) return;
    if (Array.isArray(value)) for (const item of value) walk(item, '', '', depth + 1);
    if (!isRecord(value)) return;
    const name = nameIn(value) ?? (wrappers.has(key) || key === '' || isExpression(key) ? undefined : key);
    // Under `hosts` stand results of other tasks too: one of them may have asked for the UBR.
    const isResult = container === 'hosts' && fieldOf(value, 'action', 'invocation', 'changed') !== undefined;
    if (name !== undefined && fieldOf(value, 'unreachable') === true) failed.push(name);
    else if (isHostScope(value) || (isResult && name !== undefined)) add(name, value);
    else for (const [innerKey, inner] of Object.entries(value)) walk(inner, innerKey, key, depth + 1);
  };
  for (const value of values) walk(value, '', '', 0);
  return { hosts: [...byName.values(), ...unnamed], failed: [...new Set(failed)] };
}

/** `hostvars['web01']`, as the module `debug` calls a variable that it shows: no host. */
function isExpression(key: string): boolean {
  return /[[\]|'"(]/.test(key);
}

function nameIn(record: JsonRecord): string | undefined {
  const name = fieldOf(record, 'inventory_hostname');
  return typeof name === 'string' && name !== '' ? name : undefined;
}
