import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { isPart, scalarText } from '../../text/powershell-object.ts';
import type { ObjectFields } from '../../text/powershell-object.ts';
import type { Inventory } from '../../inventory.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { isVersionCell } from './facts.ts';
import { readCells } from './cells.ts';
import { delimitedRows, isDelimited } from './delimited.ts';
import { findListings, hasListing, readListing } from './listing.ts';
import { systemTable } from './table.ts';

/**
 * Windows' `systeminfo` in any language: as text, with `/FO CSV`, `/FO LIST` and `/FO TABLE`, and as what PowerShell makes of
 * its CSV (JSON, list, CLIXML). Labels differ by language and mean nothing here: the version is told by its number, which
 * comes twice, the system's name stands before it and the host's before that. Several outputs are several hosts. It has no UBR.
 */
export const systeminfo: InventoryReader = {
  format: 'systeminfo',
  kinds: ['text', 'json', 'xml'],
  marks: [
    /\[\d{2,3}\]:\s{1,40}KB\d{6,7}/i,
    /:\s{1,60}(?:10\.0|6\.[0-3])\.\d{4,5}\s[^\r\n]{0,80}?\d{4,5}[ \t]*$/m,
    /(?:x64|x86|arm64)[^\r\n]{0,30}\bPC\b|\bPC\b[^\r\n]{0,40}(?:x64|x86|arm64)/i,
  ],
  recognise(input) {
    const head = input.text.slice(0, 65_536);
    if (input.kind === 'text' && (hasListing(head) || isDelimited(head) || systemTable(head).length > 0))
      return { confidence: 0.85, against: '' };
    const [first] = findAtHead(input, isOne);
    if (first === undefined)
      return notThis('no version in which the build comes twice, as in "10.0.19045 N/A Build 19045"');
    return { confidence: isPart(first) ? 0.6 : 0.9, against: '' };
  },
  read(input) {
    const inventories = read(input);
    if (inventories.length === 0)
      throw new InventoryFormatError(input.source, 'a version line such as "10.0.19045 N/A Build 19045"', 'none');
    return { inventories, notes: [] };
  },
};

function read(input: ReportInput): readonly Inventory[] {
  const { text, kind } = input;
  if (kind === 'text') {
    if (isDelimited(text.slice(0, 65_536))) return delimitedRows(input).flatMap(readCells);
    const table = systemTable(text);
    if (table.length > 0) return table.flatMap(readCells);
    const listings = findListings(text);
    if (listings.length > 0) return listings.map(readListing);
  }
  return findObjects(input, isOne).flatMap(({ fields }) =>
    readCells([...fields.values()].map((value) => scalarText(value) ?? '')),
  );
}

/** Its rows are told by the version behind the system's name, not by their own names, which are localised. */
function isOne(fields: ObjectFields): boolean {
  const values = [...fields.values()];
  const at = values.findIndex((value) => typeof value === 'string' && isVersionCell(value));
  return at > 0 && /Windows/i.test(scalarText(values[at - 1]) ?? '');
}
