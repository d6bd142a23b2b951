import { isRecord, listField, recordField, textField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';

/** One row of syscollector's tables, whichever way Wazuh gave it out. */
export interface WazuhDocument {
  /** `005`, or a UUID from Wazuh 5 on; `undefined` in answers about one agent of old versions. */
  readonly agentId: string | undefined;
  readonly agentName: string | undefined;
  readonly addresses: readonly string[];
  /** When the row was last seen to change, as written. */
  readonly at: string | undefined;
  readonly facts: WazuhFacts;
}

export type WazuhFacts =
  | { readonly kind: 'os'; readonly os: WazuhOs }
  | { readonly kind: 'hotfix'; readonly id: string }
  | { readonly kind: 'package'; readonly program: WazuhPackage };

export interface WazuhOs {
  readonly hostname: string | undefined;
  readonly name: string | undefined;
  readonly platform: string | undefined;
  readonly architecture: string | undefined;
  /** Texts that may hold the version with the UBR, the likeliest first: `10.0.22621.2134`, `22621`. */
  readonly versions: readonly string[];
  /** Texts that may be the display version, the likeliest first: `22H2`, `1607`. */
  readonly releases: readonly string[];
}

export interface WazuhPackage {
  readonly name: string;
  readonly version: string | undefined;
  readonly vendor: string | undefined;
  /** `win`; `deb`, `rpm`, `pypi`, `npm` … for others. */
  readonly format: string | undefined;
}

/** A row of the API or of the indexer; `undefined` for an object that is none. */
export function documentOf(record: JsonRecord): WazuhDocument | undefined {
  const source = recordField(record, '_source') ?? record;
  return indexerDocument(source, textField(record, '_index')) ?? apiItem(source);
}

/** Whether nothing but Wazuh writes such an object. */
export function isSurelyWazuh(record: JsonRecord): boolean {
  const source = recordField(record, '_source') ?? record;
  if (/^wazuh-/i.test(textField(record, '_index') ?? '')) return true;
  if (Object.keys(source).some((key) => key === 'wazuh' || key.startsWith('wazuh.'))) return true;
  if (pathText(source, 'package.hotfix.name') !== undefined) return true;
  return ['agent_id', 'scan', 'scan_id', 'scan_time'].some((key) => Object.hasOwn(source, key));
}

/** Documents of `wazuh-states-inventory-*` and `wazuh-states-vulnerabilities`, nested or with dotted names. */
function indexerDocument(source: JsonRecord, index: string | undefined): WazuhDocument | undefined {
  const agentId = pathText(source, 'agent.id') ?? pathText(source, 'wazuh.agent.id');
  const agentName = pathText(source, 'agent.name') ?? pathText(source, 'wazuh.agent.name');
  if (agentId === undefined && agentName === undefined) return undefined;
  const facts = indexerFacts(source);
  if (facts === undefined || !isOfWazuh(source, index)) return undefined;
  const addresses = [pathValue(source, 'agent.host.ip'), pathValue(source, 'wazuh.agent.host.ip')].flat();
  return {
    agentId,
    agentName,
    addresses: addresses.flatMap((each) => textOf(each) ?? []),
    at: pathText(source, '@timestamp') ?? pathText(source, 'state.modified_at'),
    facts,
  };
}

/** Elastic's agents name themselves in the same fields. */
function isOfWazuh(source: JsonRecord, index: string | undefined): boolean {
  if (index !== undefined) return /wazuh/i.test(index);
  const type = pathText(source, 'agent.type');
  if (type !== undefined && !/^(?:wazuh|endpoint)$/i.test(type)) return false;
  return pathText(source, 'agent.ephemeral_id') === undefined && pathText(source, 'ecs.version') === undefined;
}

function indexerFacts(source: JsonRecord): WazuhFacts | undefined {
  const hotfix = pathText(source, 'package.hotfix.name');
  if (hotfix !== undefined) return { kind: 'hotfix', id: hotfix };
  const os = indexerOs(source);
  if (os !== undefined) return { kind: 'os', os };
  const name = pathText(source, 'package.name');
  // Of a finding only the system is taken: its package may be a part of it.
  const isFinding = Object.keys(source).some((key) => key === 'vulnerability' || key.startsWith('vulnerability.'));
  if (name === undefined || isFinding || pathValue(source, 'browser') !== undefined) return undefined;
  return {
    kind: 'package',
    program: {
      name,
      version: pathText(source, 'package.version'),
      vendor: pathText(source, 'package.vendor'),
      format: pathText(source, 'package.type'),
    },
  };
}

/** `host.os.full` is the display version in inventories, and name with version in findings. */
function indexerOs(source: JsonRecord): WazuhOs | undefined {
  const text = (path: string): string | undefined => pathText(source, `host.os.${path}`);
  const [name, version, full] = [text('name'), text('version'), text('full')];
  if (name === undefined && version === undefined && full === undefined) return undefined;
  return {
    hostname: pathText(source, 'host.hostname') ?? pathText(source, 'host.name'),
    name: name ?? full,
    platform: text('platform') ?? text('type'),
    architecture: pathText(source, 'host.architecture'),
    versions: present([version, lastWord(full), text('build'), text('kernel'), text('kernel.release')]),
    releases: present([full, text('distribution.release'), text('kernel.release')]),
  };
}

/** Items of `/syscollector/…` and `/experimental/syscollector/…`, and agents of `/agents`. */
function apiItem(item: JsonRecord): WazuhDocument | undefined {
  const facts = apiFacts(item);
  if (facts === undefined) return undefined;
  const isAgent = isAgentOfList(item);
  const keptAlive = textField(item, 'lastKeepAlive');
  return {
    agentId: isAgent ? textField(item, 'id') : textField(item, 'agent_id'),
    agentName: isAgent ? textField(item, 'name') : undefined,
    addresses: isAgent ? present([textField(item, 'ip')]) : [],
    at: textField(recordField(item, 'scan') ?? {}, 'time') ?? textField(item, 'scan_time') ?? keptAlive,
    facts,
  };
}

function apiFacts(item: JsonRecord): WazuhFacts | undefined {
  const hotfix = textField(item, 'hotfix');
  if (hotfix !== undefined) return { kind: 'hotfix', id: hotfix };
  const os = apiOs(item);
  if (os !== undefined) return { kind: 'os', os };
  const name = textField(item, 'name');
  const format = textField(item, 'format');
  if (name === undefined || format === undefined || !Object.hasOwn(item, 'version')) return undefined;
  return {
    kind: 'package',
    program: { name, format, version: textField(item, 'version'), vendor: textField(item, 'vendor') },
  };
}

function apiOs(item: JsonRecord): WazuhOs | undefined {
  const os = recordField(item, 'os');
  const isScan = ['scan', 'scan_id', 'scan_time', 'agent_id', 'os_release'].some((key) => Object.hasOwn(item, key));
  if (os === undefined) {
    // Until 3.8 the names stood beside each other.
    const isFlat = isScan && textField(item, 'os_name') !== undefined;
    return isFlat ? osOf(item, (key) => textField(item, `os_${key}`)) : undefined;
  }
  const isNamed = textField(os, 'name') !== undefined || textField(os, 'version') !== undefined;
  return isNamed && (isScan || isAgentOfList(item)) ? osOf(item, (key) => textField(os, key)) : undefined;
}

function osOf(item: JsonRecord, text: (key: string) => string | undefined): WazuhOs {
  return {
    hostname: textField(item, 'hostname'),
    name: text('name'),
    platform: text('platform'),
    architecture: textField(item, 'architecture') ?? text('arch'),
    versions: present([text('version'), text('build')]),
    releases: present([text('display_version'), textField(item, 'os_release')]),
  };
}

function isAgentOfList(item: JsonRecord): boolean {
  const marks = ['lastKeepAlive', 'dateAdd', 'registerIP', 'node_name', 'configSum', 'manager'];
  return textField(item, 'id') !== undefined && marks.some((key) => Object.hasOwn(item, key));
}

function pathText(record: JsonRecord, path: string): string | undefined {
  return textOf(pathValue(record, path));
}

/** The value at `host.os.version`, nested or under the dotted name. */
function pathValue(record: JsonRecord, path: string): unknown {
  if (Object.hasOwn(record, path)) return record[path] ?? undefined;
  let value: unknown = record;
  for (const key of path.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value ?? undefined;
}

function lastWord(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /\S+$/.exec(text)?.[0];
}

function present(texts: readonly (string | undefined)[]): readonly string[] {
  return texts.filter((text) => text !== undefined);
}

/** Whether an object wraps rows as an answer of the API does. */
export function isAnswer(value: unknown): boolean {
  const data = isRecord(value) ? recordField(value, 'data') : undefined;
  return data !== undefined && (listField(data, 'affected_items').length > 0 || Object.hasOwn(data, 'totalItems'));
}
