import { kbsNamedIn } from '../../facts/kb-names.ts';
import { updatesOfQuickFix } from '../../facts/quick-fix.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inOrder, listInstalled } from '../../installed-update.ts';
import { silentNodes, wmicHeading, wmicRows } from '../../text/wmic-rows.ts';
import type { WmicRow } from '../../text/wmic-rows.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { isRawXml, rawXmlRows } from './raw-xml.ts';

/**
 * `wmic qfe` of one or several nodes, as a table, as `/format:list`, `/format:csv` or `/format:rawxml`. It names updates and
 * the host, nothing of the system. An answer without rows says that nothing is installed; a list with rows leaves out what was
 * replaced, so that absence from it proves nothing about cumulative updates.
 */
export const wmicQfe: InventoryReader = {
  format: 'wmic-qfe',
  kinds: ['text', 'xml'],
  marks: [/\bHotFixID\b/i, /\bInstalledOn\b/i, /\bFixComments\b/i],
  recognise({ bytes, text, kind }) {
    if (kind === 'xml')
      return isRawXml(text) ? { confidence: 0.95, against: '' } : notThis('no answer of WMI about updates');
    if (wmicHeading(text.slice(0, 65_536), hasHotFixId) !== undefined) return { confidence: 0.85, against: '' };
    if (isAnsweredNone(bytes, text)) return { confidence: 0.6, against: '' };
    return notThis('no HotFixID column, and no empty answer in UTF-16');
  },
  read(input) {
    const { source, text, kind } = input;
    const rows = kind === 'xml' ? rawXmlRows(source, text) : wmicRows(text, hasHotFixId);
    const byHost = Map.groupBy(rows, ({ host }) => host?.toLowerCase());
    const notes = silentNodes(text).map((node) => `${source}: ${node} did not answer`);
    if (byHost.size === 0) return { inventories: [{ ...emptyInventory, ...withoutRows(input) }], notes };
    return { inventories: [...byHost.values()].map(inventoryOf), notes };
  },
};

function hasHotFixId(names: ReadonlySet<string>): boolean {
  return names.has('hotfixid');
}

function inventoryOf(rows: readonly WmicRow[]): Inventory {
  const updates = rows.flatMap(({ cells, line }) => {
    const told = updatesOfQuickFix(cells.get('hotfixid'), cells.get('servicepackineffect'), cells.get('installedon'));
    // Columns may have moved (wide letters, cut lines): then what the line names counts.
    return told.length > 0 ? told : listInstalled(kbsNamedIn(line));
  });
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: rows[0]?.host },
    updates: inOrder(updates),
  };
}

/**
 * The answer names no row: whole where it says so, or is nothing but wmic's heading with its line end. A heading without one, or with a
 * ruler below it as PowerShell draws it, is of a list that broke off.
 */
function withoutRows({ bytes, text }: ReportInput): Pick<Inventory, 'updates' | 'updatesComplete'> {
  const updates = listInstalled(kbsNamedIn(text));
  const lines = text.split(/\r*\n/).filter((line) => line.trim() !== '');
  const isAnswer = lines.every(
    (line) => (/HotFixID|No Instance|Please wait/i.test(line) && !/HotFixID=\w/i.test(line)) || /^[^\w-]*$/.test(line),
  );
  const isWhole = isAnsweredNone(bytes, text) || /No Instance/i.test(text) || wholeHeading.test(text);
  return { updates, updatesComplete: updates.length === 0 && isAnswer && isWhole };
}

/** wmic fills its columns up with blanks; its tables begin with columns that are its own. */
const wholeHeading = /HotFixID[^\r\n]*[ \t]{2}\r?\n|\b(?:Caption|CSName|Node)\b[^\r\n]*HotFixID[^\r\n]*\r?\n/i;

/** Nothing but a byte-order mark and line ends, or wmic's own words for it. */
function isAnsweredNone(bytes: Uint8Array, text: string): boolean {
  if (text.length > 400) return false;
  if (/^\s*(?:Please wait[^\r\n]*installed\.)?\s*No Instance\(s\) Available\.?\s*$/i.test(text)) return true;
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return marked && bytes.length > 2 && text.replace(/\ufeff/g, '').trim() === '';
}
