import { parseJson } from '../../text/json-text.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { readBlockYaml } from '../../text/block-yaml.ts';
import { isRecord } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { hostsInJson, isHostScope } from './host-scopes.ts';
import type { CollectedHosts, HostScopes } from './host-scopes.ts';

/**
 * `web01 | SUCCESS => {` of a command, `ok: [web01] => (item=x) => {` and `fatal: [web01]: UNREACHABLE! => {` of a play, with the
 * colours of a terminal around them. With `result_format=yaml` the result begins in the next line.
 */
const resultLine =
  // oxlint-disable-next-line no-control-regex -- colours of a terminal
  /^(?:\u001b\[[\d;]{1,10}m)?(?:(\S{1,255}) \| (SUCCESS|CHANGED|FAILED!?|UNREACHABLE!?)[^\r\n=]{0,40}|(ok|changed|failed|fatal): \[([^\s\]]{1,255})(?: -> [^\]\r\n]{1,255})?\](?:: (?:FAILED|UNREACHABLE)!)?(?: => \(item=[^\r\n]{0,400}\))?) ?=>[ \t]{0,4}(?=[[{]|\r*\n[ \t]+\S)/gm;

/** Whether a text starts like what `ansible -m setup` or a play prints. */
export function hasResultLine(text: string): boolean {
  return text.slice(0, 65_536).search(resultLine) !== -1;
}

/** Facts of one host or several in YAML, as a fact cache, `to_nice_yaml` and dumps of `hostvars` write them. */
export function isFactsYaml(text: string): boolean {
  const head = text.slice(0, 200_000);
  return (
    /^[ \t]{0,20}(?:ansible_)?os_family: ['"]?\w/m.test(head) &&
    /^[ \t]{0,20}(?:ansible_)?distribution_version: /m.test(head)
  );
}

/** The hosts in a text: printed results, several one after another (lines around them mean nothing), or YAML. */
export function hostsInText(source: string, text: string): CollectedHosts {
  const found = [...text.matchAll(resultLine)];
  if (found.length === 0 && isFactsYaml(text)) return hostsInJson(readBlockYaml(source, text));
  const byName = new Map<string, HostScopes>();
  const failed = new Set<string>();
  const add = (name: string, record: JsonRecord): void => {
    const host = byName.get(name);
    if (host === undefined) byName.set(name, { name, scopes: [record] });
    else host.scopes.push(record);
  };
  for (const [index, match] of found.entries()) {
    const [line, adHoc, status, task = '', played = ''] = match;
    const printedOf = adHoc ?? played;
    const body = text.slice(match.index + line.length, found[index + 1]?.index ?? text.length);
    const isDone = status === undefined ? /^(?:ok|changed)$/.test(task) : /^(?:SUCCESS|CHANGED)/.test(status);
    const record = isDone ? parseBody(body) : undefined;
    if (record === undefined) failed.add(printedOf);
    else for (const { name, scopes } of shownHosts(record)) for (const each of scopes) add(name ?? printedOf, each);
  }
  return { hosts: [...byName.values()], failed: [...failed].filter((name) => !byName.has(name)) };
}

/** A result says something of its own host, unless it shows the variables of others: `debug` with `var=hostvars`. */
function shownHosts(record: JsonRecord): readonly HostScopes[] {
  const shown = isHostScope(record) ? [] : hostsInJson([record]).hosts;
  return shown.length > 0 ? shown : [{ name: undefined, scopes: [record] }];
}

/** The object that a text starts with; messages and colours may stand behind it. */
function parseBody(body: string): JsonRecord | undefined {
  if (/^\r*\n/.test(body)) return parseYamlBody(body);
  const end = body.lastIndexOf('}');
  for (const text of [body.slice(0, end + 1), body.slice(0, body.search(/^\}/m) + 1)]) {
    try {
      const value: unknown = parseJson(text);
      if (isRecord(value)) return value;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The lines that are set in below the result's. */
function parseYamlBody(body: string): JsonRecord | undefined {
  const lines = body.split(/\r*\n/).slice(1);
  const end = lines.findIndex((line) => /^\S/.test(line));
  try {
    const [value] = readBlockYaml('', lines.slice(0, end === -1 ? undefined : end).join('\n'));
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof InventoryFormatError) return undefined;
    throw error;
  }
}
