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
  'ansible',
]);
const variables = ['inventory_hostname', 'ansible_host', 'ansible_connection', 'ansible_port', 'group_names'];
const factKeys = ['os_family', 'distribution', 'hostname', 'kernel', 'os_product_type', 'os_name', 'fqdn', 'system'];

/** Whether a record says something of a host: facts with or without their prefix, variables, or a result of `win_updates`. */
export function isHostScope(record: JsonRecord): boolean {
  return (
    isRecord(fieldOf(record, 'ansible_facts')) ||
    factKeys.some((key) => fieldOf(record, `ansible_${key}`) !== undefined) ||
    variables.some((key) => fieldOf(record, key) !== undefined) ||
    isUpdatesResult(record)
  );
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
    const name = nameIn(value) ?? (wrappers.has(key) || key === '' ? undefined : key);
    // Under `hosts` stand results of other tasks too: one of them may have asked for the UBR.
    const isResult = container === 'hosts' && fieldOf(value, 'action', 'invocation', 'changed') !== undefined;
    if (name !== undefined && fieldOf(value, 'unreachable') === true) failed.push(name);
    else if (isHostScope(value) || (isResult && name !== undefined)) add(name, value);
    else for (const [innerKey, inner] of Object.entries(value)) walk(inner, innerKey, key, depth + 1);
  };
  for (const value of values) walk(value, '', '', 0);
  return { hosts: [...byName.values(), ...unnamed], failed: [...new Set(failed)] };
}

function nameIn(record: JsonRecord): string | undefined {
  const name = fieldOf(record, 'inventory_hostname');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** `web01 | SUCCESS => {`, with the colours of a terminal around it. */
const resultLine =
  // oxlint-disable-next-line no-control-regex -- colours of a terminal
  /^(?:\u001b\[[\d;]{1,10}m)?(\S{1,255}) \| (SUCCESS|CHANGED|FAILED!?|UNREACHABLE!?)[^\r\n=]{0,40}=> ?(?=[[{])/gm;

/** Whether a text starts like what `ansible -m setup` prints. */
export function hasResultLine(text: string): boolean {
  return text.slice(0, 65_536).search(resultLine) !== -1;
}

/** The hosts in what `ansible -m setup` prints, several one after another; lines around them mean nothing. */
export function hostsInText(text: string): CollectedHosts {
  const found = [...text.matchAll(resultLine)];
  const byName = new Map<string, HostScopes>();
  const failed = new Set<string>();
  for (const [index, match] of found.entries()) {
    const [line, name = '', status = ''] = match;
    const body = text.slice(match.index + line.length, found[index + 1]?.index ?? text.length);
    const record = status.startsWith('SUCCESS') || status === 'CHANGED' ? parseBody(body) : undefined;
    if (record === undefined) failed.add(name);
    else if (byName.has(name)) byName.get(name)?.scopes.push(record);
    else byName.set(name, { name, scopes: [record] });
  }
  return { hosts: [...byName.values()], failed: [...failed].filter((name) => !byName.has(name)) };
}

/** The object that a text starts with; messages and colours may stand behind it. */
function parseBody(body: string): JsonRecord | undefined {
  const end = body.lastIndexOf('}');
  for (const text of [body.slice(0, end + 1), body.slice(0, body.search(/^\}/m) + 1)]) {
    try {
      const value: unknown = JSON.parse(text);
      if (isRecord(value)) return value;
    } catch {
      continue;
    }
  }
  return undefined;
}
