import { isRecord } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { findRecords } from '../../text/find-records.ts';
import { readXmlTree } from '../../text/xml-tree.ts';
import type { XmlElement } from '../../text/xml-tree.ts';
import type { ReportInput } from '../report-input.ts';

/** An inventory as all of these agents write it, names in lower case whether it came as JSON or as XML. */
export interface AgentInventory {
  /** `LF014-2017-02-20-12-19-56`. */
  readonly deviceId: unknown;
  readonly content: JsonRecord;
}

const deepest = 8;

/** Inventories in an agent's JSON, in the answer of OCS' API, or in XML. @throws {InventoryFormatError} for broken XML. */
export function inventoriesIn(input: ReportInput): readonly AgentInventory[] {
  const json = input.json();
  if (json !== undefined)
    return [...findRecords(json.values, (record) => contentOf(record) !== undefined)].map((record) => {
      const lower = lowerNames(record, 1);
      const content = contentOf(record) ?? {};
      return { deviceId: lower['deviceid'] ?? hardwareOf(content)['deviceid'], content: lowerNames(content, deepest) };
    });
  if (input.kind !== 'xml') return [];
  return requestsIn(readXmlTree(input.source, input.text)).map((request) => {
    const { content, deviceid } = lowerNames({ request: valueOf(request) }, deepest)['request'] as JsonRecord;
    return { deviceId: deviceid, content: isRecord(content) ? content : {} };
  });
}

/**
 * The content of a record that is an inventory: its `content`, or itself in OCS' API, which answers by computer
 * `{"3":{"hardware":{"OSNAME":…},"software":[…]}}`.
 */
export function contentOf(record: JsonRecord): JsonRecord | undefined {
  const [, content] = Object.entries(record).find(([name]) => name.toLowerCase() === 'content') ?? [];
  if (isRecord(content)) return Object.keys(content).some(isOfSystem) ? content : undefined;
  const hardware = hardwareOf(record);
  return typeof hardware['osname'] === 'string' && typeof hardware['name'] === 'string' ? record : undefined;
}

function isOfSystem(name: string): boolean {
  return /^(?:operatingsystem|hardware|softwares)$/i.test(name);
}

function hardwareOf(record: JsonRecord): JsonRecord {
  const [, found] = Object.entries(record).find(([name]) => name.toLowerCase() === 'hardware') ?? [];
  const hardware = Array.isArray(found) ? (found as readonly unknown[])[0] : found;
  return isRecord(hardware) ? lowerNames(hardware, 1) : {};
}

/** The record with its names, and those down to `depth` below it, in lower case. */
function lowerNames(record: JsonRecord, depth: number): JsonRecord {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name.toLowerCase(), depth <= 1 ? value : lowered(value, depth - 1)]),
  );
}

function lowered(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map((each) => lowered(each, depth));
  return isRecord(value) ? lowerNames(value, depth) : value;
}

/** `<REQUEST>` as root or inside a wrapper. */
function requestsIn(root: XmlElement): readonly XmlElement[] {
  if (/^request$/i.test(root.name)) return [root];
  return root.children.filter(({ name }) => /^request$/i.test(name));
}

/** An element as JSON: its text, or its children by name, those of one name as a list. */
function valueOf({ children, text }: XmlElement): unknown {
  if (children.length === 0) return text;
  const fields = new Map<string, unknown[]>();
  for (const child of children) {
    const name = child.name.toLowerCase();
    const values = fields.get(name) ?? [];
    values.push(valueOf(child));
    fields.set(name, values);
  }
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}
