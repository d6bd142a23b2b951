import type { Inventory } from '../../inventory.ts';
import { findRecords } from '../../text/find-records.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import type { DelimitedTable } from '../../text/delimited-table.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport, Recognition } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { groupByAgent, otherSystemOf, readAgent } from './agents.ts';
import { cutPagesOf } from './cut-pages.ts';
import type { CutPages } from './cut-pages.ts';
import { documentOf, isAnswer, isSurelyWazuh } from './documents.ts';

/**
 * What Wazuh's syscollector knows: answers of the API about one or many agents (`os`, `hotfixes`, `packages`, `/agents`),
 * documents of the indexer (inventories and vulnerabilities; of these only the system is taken), or such as a table. Rows
 * of one agent in one file are one device. Build with UBR since 4.3; its hotfixes leave out cumulative updates now and then.
 * Architecture is `x86_64` on ARM too. Source: Wazuh's API reference and the field lists of its indexer's templates.
 */
export const wazuh: InventoryReader = {
  format: 'wazuh',
  kinds: ['json', 'text'],
  marks: [/\bagent[_.]id\b/, /\bwazuh/i, /"hotfix"/],
  recognise: recogniseWazuh,
  read(input) {
    const documents = recordsIn(input).flatMap((record) => documentOf(record) ?? []);
    if (documents.length === 0) throw new InventoryFormatError(input.source, 'rows of Wazuh’s syscollector', 'none');
    return readAgents(input.source, documents, cutPagesOf(input.json()?.values ?? []));
  },
};

function recogniseWazuh(input: ReportInput): Recognition {
  const values = input.json()?.values;
  if (values !== undefined) {
    for (const record of findRecords(values, isDocument, 5000)) {
      const isSure = isSurelyWazuh(record) || isAnswer(values[0]);
      return { confidence: isSure ? 0.9 : 0.6, against: '' };
    }
    return isAnswer(values[0])
      ? { confidence: 0.25, against: 'an answer of Wazuh’s API that tells no system, hotfix or package' }
      : notThis('no items of syscollector and no documents of wazuh-states-*');
  }
  const table = input.tableHead();
  if (table === undefined) return notThis('neither JSON nor a table');
  const isTable = isDocument(Object.fromEntries(table.header.map((name) => [name, name])));
  return isTable && table.header.some((name) => /^(?:wazuh\.)?agent\.(?:id|name)$/.test(name))
    ? { confidence: 0.9, against: '' }
    : notThis('no columns such as "agent.name" and "host.os.version"');
}

function isDocument(record: JsonRecord): boolean {
  return documentOf(record) !== undefined;
}

function recordsIn(input: ReportInput): readonly JsonRecord[] {
  const json = input.json();
  if (json !== undefined) return [...findRecords(json.values, isDocument)];
  const table = input.table();
  return table === undefined ? [] : rowsOf(table);
}

/** OpenSearch Dashboards writes dotted names, and `-` or nothing into empty cells. */
function rowsOf({ header, rows }: DelimitedTable): readonly JsonRecord[] {
  return rows.map((row) =>
    Object.fromEntries(header.map((name, index) => [name, row[index] === '-' ? '' : (row[index] ?? '')])),
  );
}

const mostNamed = 5;

function readAgents(source: string, documents: Parameters<typeof groupByAgent>[0], cutPages: CutPages): ReadReport {
  const others = new OtherSystems();
  const inventories: Inventory[] = [];
  const notes: string[] = [];
  const junk = new Set<string>();
  for (const agent of groupByAgent(documents)) {
    const other = otherSystemOf(agent);
    if (other !== undefined) {
      others.add(other);
      continue;
    }
    const read = readAgent(agent);
    const isCut = read.inventory.updates.length > 0 && (cutPages.all || cutPages.agents.has(agent.id ?? ''));
    inventories.push(isCut ? { ...read.inventory, updatesCut: true } : read.inventory);
    if (isCut) notes.push(`${source}: agent ${agent.id ?? 'without id'}: the API has more hotfixes than these pages`);
    for (const id of read.junk) junk.add(id);
    if (read.doubt !== undefined)
      notes.push(`${source}: agent ${read.inventory.device.name ?? agent.id ?? 'without id'}: ${read.doubt}`);
    if (read.hadNoUbr)
      notes.push(`${source}: agent ${agent.id ?? 'without id'}: UBR 1 set aside, it says only that none could be read`);
  }
  others.refuseIfAlone(source, inventories.length);
  if (junk.size > 0) {
    const named = [...junk].sort().slice(0, mostNamed).join(', ');
    notes.push(`${source}: ${junk.size} hotfix ids set aside that name no KB: ${named}`);
  }
  return { inventories, notes: [...notes, ...others.notes(source)] };
}
