import type { Inventory } from '../../inventory.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import { hostsOfDump } from './dump-hosts.ts';
import { isDocument } from './elastic-documents.ts';
import { refuseDump, rowsOfDump } from './dump-text.ts';
import { resultsByHost } from './host-results.ts';
import type { HostResults } from './host-results.ts';
import { inventoryOfResults } from './inventory-of-results.ts';
import { collectParts, isTelling, partsOfRows, valuesOf } from './report-parts.ts';
import { isSigned, tablesOf } from './tables.ts';

/**
 * osquery: result logs (event, snapshot and batch format; one line or list after the other, of many hosts; also in documents of
 * Elastic's shippers), bodies of the
 * TLS API (log, distributed write, the details of an enrolment), and rows as `osqueryi` prints them (JSON, CSV, drawn tables).
 * What a row is of is told by its columns. Source: osquery's documentation and table specifications.
 */
export const osquery: InventoryReader = {
  format: 'osquery',
  kinds: ['json', 'text'],
  marks: [
    /\bhotfix_id\b/,
    /\b(?:hostIdentifier|calendarTime|unixTime)\b/,
    /\b(?:platform_like|identifying_number|install_source)\b/,
    /\bosquery/i,
  ],
  recognise(input) {
    if (input.kind === 'text') {
      const rows = rowsOfDump(input, { headOnly: true })?.slice(0, 50) ?? [];
      return rows.some(isDocument) ? { confidence: 0.95, against: '' } : recogniseRows(rows);
    }
    const parts = collectParts(valuesOf(input).slice(0, 50));
    if (parts.lines.length > 0 || parts.hasLog) return { confidence: 0.95, against: '' };
    const isBody = parts.isBody && [...parts.sets, ...parts.hosts.flatMap(({ sets }) => sets)].some(isTelling);
    return isBody ? { confidence: 0.9, against: '' } : recogniseRows(parts.sets.flatMap(({ rows }) => rows));
  },
  read(input) {
    const { source } = input;
    const dump = input.kind === 'text' ? rowsOfDump(input) : undefined;
    const parts = dump === undefined ? collectParts(valuesOf(input)) : partsOfRows(dump);
    const notes = (input.json()?.badLines ?? []).map((line) => `line ${line}: set aside, it is no JSON`);
    if (parts.strangers > 0) notes.push(`${parts.strangers} records set aside, they are no results of osquery`);
    const inventories: Inventory[] = [];
    for (const host of [...resultsByHost(parts.lines), ...parts.hosts, ...hostsOfDump(parts.sets)]) {
      const read = readHost(host, notes);
      if (typeof read === 'string') notes.push(read);
      else inventories.push(read);
    }
    if (inventories.length === 0) refuseDump(source, notes.at(-1) ?? 'nothing of the kind');
    return { inventories, notes: notes.map((note) => `${source}: ${note}`) };
  },
};

function recogniseRows(all: readonly JsonRecord[]): ReturnType<InventoryReader['recognise']> {
  const rows = all.filter((row) => !isHostOfAnother(row));
  if (rows.length < all.length && rows.flatMap(tablesOf).length === 0)
    return { confidence: 0.2, against: 'hosts with an "os_version" beside their names, which no table of osquery has' };
  if (rows.some(isSigned)) return { confidence: 0.9, against: '' };
  const tables = new Set(rows.flatMap(tablesOf));
  if (tables.size === 0)
    return notThis('no result log, and no row with the columns of os_version, patches, registry or programs');
  const isPlain = [...tables].every((table) => table === 'programs' || table === 'registry');
  return isPlain ? { confidence: 0.25, against: 'rows that other tools write, too' } : { confidence: 0.6, against: '' };
}

/** A host as Fleet and others list it: its system is one text, which would be lost here. */
function isHostOfAnother(row: JsonRecord): boolean {
  return Object.hasOwn(row, 'os_version') && tablesOf(row).every((table) => table === 'system_info');
}

/** Its inventory, or why it has none. */
function readHost(host: HostResults, notes: string[]): Inventory | string {
  const named = host.identifier ?? host.decoratedName ?? 'a host without a name';
  const { inventory, otherPlatform, hardwareId, isTold, doubt } = inventoryOfResults(host.sets);
  if (otherPlatform !== undefined) return `${named}: set aside, its platform is ${otherPlatform}, not windows`;
  if (!isTold) return `${named}: set aside, no query told of its system, updates or programs`;
  if (doubt !== undefined) notes.push(`${named}: ${doubt}`);
  return identified(inventory, host, hardwareId);
}

function identified(inventory: Inventory, { identifier, decoratedName }: HostResults, hardwareId?: string): Inventory {
  const id = identifier ?? hardwareId;
  const name = inventory.device.name ?? decoratedName ?? identifier;
  return {
    ...inventory,
    device: {
      ...inventory.device,
      name: name?.slice(0, 255),
      sourceId: id === undefined ? undefined : `osquery:${id.slice(0, 255)}`,
    },
  };
}
