import { buildBeside } from '../../facts/version-line.ts';
import { kbsNamedIn } from '../../facts/kb-names.ts';
import { updatesOfQuickFix } from '../../facts/quick-fix.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inOrder, listInstalled } from '../../installed-update.ts';
import { isRawXml, rawXmlRows } from './raw-xml.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { columnsOf, qfeRows, silentNodes } from './rows.ts';
import type { QfeRow } from './rows.ts';

/**
 * `wmic qfe` of one or several nodes, as a table, as `/format:list`, `/format:csv` or `/format:rawxml`. It names updates and
 * the host; the system only where a line of `ver` stands beside it. An answer without rows says that nothing is installed; a
 * list with rows leaves out what was replaced, so that absence from it proves nothing about cumulative updates.
 */
export const wmicQfe: InventoryReader = {
  format: 'wmic-qfe',
  kinds: ['text', 'xml'],
  recognise(input) {
    const { bytes, text, kind } = input;
    if (kind === 'xml')
      return isRawXml(text) ? { confidence: 0.95, against: '' } : notThis('no answer of WMI about updates');
    const head = text.slice(0, 20_000).split(/\r*\n/);
    const columns = head.find((line, at) => columnsOf(line, head[at + 1]) !== undefined);
    if (columns !== undefined)
      return { confidence: /CSName|Description|InstalledOn|Node,/i.test(columns) ? 0.95 : 0.9, against: '' };
    if (head.some((line) => /^\s*HotFixID=/i.test(line))) return { confidence: 0.95, against: '' };
    if (isAnsweredNone(bytes, text)) return { confidence: 0.6, against: '' };
    return notThis('no HotFixID column, and no empty answer in UTF-16');
  },
  read(input) {
    const { source, text } = input;
    const rows = input.kind === 'xml' ? rawXmlRows(source, text) : qfeRows(text);
    const build = input.kind === 'xml' ? undefined : buildBeside(text);
    const byHost = Map.groupBy(rows, ({ host }) => host?.toLowerCase());
    const notes = silentNodes(text).map((node) => `${source}: ${node} did not answer`);
    const os = { ...emptyInventory.os, build };
    if (byHost.size === 0) return { inventories: [{ ...emptyInventory, os, ...withoutRows(input) }], notes };
    return { inventories: [...byHost.values()].map((own) => inventoryOf(own, os)), notes };
  },
};

function inventoryOf(rows: readonly QfeRow[], os: Inventory['os']): Inventory {
  const updates = rows.flatMap(({ cells, line }) => {
    const told = updatesOfQuickFix(cells.get('hotfixid'), cells.get('servicepackineffect'), cells.get('installedon'));
    // Columns may have moved (wide letters, cut lines): then what the line names counts.
    return told.length > 0 ? told : listInstalled(kbsNamedIn(line));
  });
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: rows[0]?.host },
    os,
    updates: inOrder(updates),
  };
}

/** The answer names no row: whole where it says so, or is nothing but its heading. */
function withoutRows({ text }: ReportInput): Pick<Inventory, 'updates' | 'updatesComplete'> {
  const updates = listInstalled(kbsNamedIn(text));
  const lines = text.split(/\r*\n/).filter((line) => line.trim() !== '');
  const onlyHeading = lines.every(
    (line) => /HotFixID|^\W*$|No Instance|Please wait|Microsoft Windows \[/i.test(line) && !/HotFixID=\w/i.test(line),
  );
  return { updates, updatesComplete: updates.length === 0 && onlyHeading };
}

/** Nothing but a byte-order mark and line ends, or wmic's own words for it. */
function isAnsweredNone(bytes: Uint8Array, text: string): boolean {
  if (text.length > 400) return false;
  if (/^\s*(?:Please wait[^\r\n]*installed\.)?\s*No Instance\(s\) Available\.?\s*$/i.test(text)) return true;
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return marked && bytes.length > 2 && text.replace(/\ufeff/g, '').trim() === '';
}
