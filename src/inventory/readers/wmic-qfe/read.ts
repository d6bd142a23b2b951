import { emptyInventory } from '../../inventory.ts';
import { listInstalled } from '../../installed-update.ts';
import type { InventoryReader } from '../reader.ts';

/**
 * `wmic qfe`, as a table, as `/format:list` or as `/format:csv`. It names updates and the host, nothing of the operating
 * system: merge it with a report that does. An answer without rows says that nothing is installed; a list with rows
 * leaves out what was replaced, so that absence from it proves nothing about cumulative updates.
 */
export const wmicQfe: InventoryReader = {
  format: 'wmic-qfe',
  kinds: ['text'],
  recognise({ bytes, text }) {
    if (
      /^(?:Please wait[^\r\n]{0,60}?installed\.)?[\s\w"#>\\:.-]{0,200}?(?:Caption|CSName|Description|HotFixID)\b[^\r\n]{0,400}?HotFixID/i.test(
        text.slice(0, 2000),
      )
    ) {
      return { confidence: 0.95, against: '' };
    }
    if (/(?:^|[\r\n,])\s*HotFixID\s*(?:=|,|\s)/i.test(text.slice(0, 20_000))) return { confidence: 0.9, against: '' };
    if (isAnsweredNone(bytes, text)) return { confidence: 0.6, against: '' };
    return { confidence: 0, against: 'no HotFixID column, and no empty answer in UTF-16' };
  },
  read({ text }) {
    const kbs = Array.from(text.matchAll(/(?<![\w?=&/])KB(\d{6,7})(?!\d)/gi), (match) => match[1] ?? '');
    const updates = listInstalled(kbs);
    const rows = text.split(/\r*\n/).filter((line) => line.trim() !== '');
    const onlyHeader = rows.every(
      (line) => /HotFixID|^\W*$|No Instance|Please wait/i.test(line) && !/HotFixID=\w/i.test(line),
    );
    const inventory = {
      ...emptyInventory,
      device: { ...emptyInventory.device, name: hostOf(text) },
      updates,
      updatesComplete: updates.length === 0 && onlyHeader,
    };
    return { inventories: [inventory], notes: [] };
  },
};

/** Nothing but a byte-order mark and line ends, or wmic's own words for it. */
function isAnsweredNone(bytes: Uint8Array, text: string): boolean {
  if (text.length > 400) return false;
  if (/^\s*(?:Please wait[^\r\n]*installed\.)?\s*No Instance\(s\) Available\.?\s*$/i.test(text)) return true;
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return marked && bytes.length > 2 && text.replace(/\ufeff/g, '').trim() === '';
}

/** The CSName column of the first row, by the place of its heading; `CSName=` in the list form. */
function hostOf(text: string): string | undefined {
  const listed = /(?:^|\n)\s*CSName=([^\r\n]{1,255})/i.exec(text)?.[1]?.trim();
  if (listed !== undefined && listed !== '') return listed;
  const lines = text.slice(0, 100_000).split(/\r*\n/);
  const at = lines.findIndex((line) => /\bCSName\s/i.test(line) && /HotFixID/i.test(line));
  const header = lines[at];
  const row = lines.slice(at + 1).find((line) => line.trim() !== '');
  if (header === undefined || row === undefined) return undefined;
  // A sentence may be glued in front of the heading: columns count from "Caption".
  const start = Math.max(0, header.search(/Caption\s/i));
  const from = header.search(/CSName\s/i) - start;
  const name = row.slice(from).split(/\s/, 1)[0] ?? '';
  return name === '' ? undefined : name;
}
