import { InventoryFormatError } from '../../readers/inventory-format-error.ts';
import { dateStyles } from './cell-styles.ts';
import { listSheets } from './list-sheets.ts';
import { openWorkbook } from './open-workbook.ts';
import { readSheet } from './read-sheet.ts';
import type { SheetCells } from './read-sheet.ts';
import { streamXml } from './stream-xml.ts';

/** A sheet by its name in any case, or by its number from 1; the first visible one with two cells in a row unless told. */
export type SheetChoice = string | number | undefined;

const mostTexts = 3_000_000;

/** @throws {InventoryFormatError} for what is no workbook, is damaged or too large, or has no such sheet. */
export function readWorkbook(source: string, bytes: Uint8Array, choice?: SheetChoice): SheetCells {
  const parts = openWorkbook(source, bytes);
  const { sheets, from1904 } = listSheets(source, parts);
  const chosen =
    choice === undefined
      ? sheets.filter(({ isHidden }) => !isHidden)
      : sheets.filter(({ name }, index) => name.toLowerCase() === String(choice).toLowerCase() || index + 1 === choice);
  const context = {
    sharedTexts: sharedTexts(source, parts.get('xl/sharedstrings.xml')),
    dateStyles: dateStyles(source, parts),
    from1904,
  };
  for (const { path } of chosen) {
    const part = parts.get(path);
    const cells = part === undefined ? undefined : readSheet(source, part, context);
    if (cells?.rows.some((row) => row.filter((cell) => cell !== '').length > 1) === true) return cells;
  }
  const names = sheets
    .map(({ name }) => JSON.stringify(name.slice(0, 60)))
    .slice(0, 20)
    .join(', ');
  throw new InventoryFormatError(
    source,
    choice === undefined ? 'a visible sheet with a table' : `the sheet ${JSON.stringify(choice)} with a table`,
    `sheets ${names}`,
  );
}

/** Texts that cells refer to by number; parts of one text may be formatted differently, its pronunciation is left out. */
function sharedTexts(source: string, part: string | undefined): readonly string[] {
  const texts: string[] = [];
  let text = '';
  let inPronunciation = 0;
  streamXml(source, part ?? '<sst/>', {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') inPronunciation += 1;
    },
    close(name, content) {
      if (name === 't' && inPronunciation === 0) text += content;
      if (name === 'rPh') inPronunciation -= 1;
      if (name === 'si' && texts.push(text) > mostTexts)
        throw new InventoryFormatError(source, `a workbook of at most ${mostTexts} texts`, 'more');
    },
  });
  return texts;
}
