import { InventoryFormatError } from '../../readers/inventory-format-error.ts';
import { dateOfSerial } from './cell-styles.ts';
import { streamXml } from './stream-xml.ts';

/** Cells of a sheet as texts, blanks included; rows without a cell are left out. */
export interface SheetCells {
  readonly rows: readonly (readonly string[])[];
  /** Number of each row in the sheet, from 1. */
  readonly numbers: readonly number[];
  /** `row column` (places in `rows`) of numbers with a fraction: a spreadsheet has dropped the zeros at their end. */
  readonly fractions: ReadonlySet<string>;
}

/** What cells refer to. */
export interface SheetContext {
  readonly sharedTexts: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
  readonly from1904: boolean;
}

const mostColumns = 2000;
const mostCells = 8_000_000;

interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  value: string | undefined;
  inline: string;
}

/**
 * The values of a sheet: of a formula its last result, of an error nothing, of a date its day in ISO 8601. Merged cells have
 * their value in the first of them, as the file has it.
 * @throws {InventoryFormatError} where it is not well-formed or too large.
 */
export function readSheet(source: string, text: string, context: SheetContext): SheetCells {
  const rows: string[][] = [];
  const numbers: number[] = [];
  const fractions = new Set<string>();
  let row: string[] = [];
  let rowNumber = 0;
  let cell: OpenCell | undefined;
  let count = 0;
  const keep = ({ column, type, style, value = '', inline }: OpenCell): void => {
    if (column >= mostColumns) return;
    const shown = textOfCell({ type, style, value, inline }, context);
    count += 1 + Math.max(0, column - row.length);
    if (count > mostCells) throw new InventoryFormatError(source, `a sheet of at most ${mostCells} cells`, 'more');
    while (row.length < column) row.push('');
    row[column] = shown.text;
    if (shown.hasFraction) fractions.add(`${rows.length} ${column}`);
  };
  streamXml(source, text, {
    open(name, attributes) {
      if (name === 'row') {
        row = [];
        rowNumber = Number(attributes['r'] ?? String(rowNumber + 1)) || rowNumber + 1;
      } else if (name === 'c') {
        const column = columnOf(attributes['r']) ?? row.length;
        const style = Number(attributes['s'] ?? '0');
        cell = { column, type: attributes['t'] ?? 'n', style, value: undefined, inline: '' };
      }
    },
    close(name, content) {
      if (name === 'v' && cell !== undefined) cell.value = content;
      else if (name === 't' && cell !== undefined) cell.inline += content;
      else if (name === 'c' && cell !== undefined) {
        keep(cell);
        cell = undefined;
      } else if (name === 'row' && row.some((each) => each !== '')) {
        rows.push(row);
        numbers.push(rowNumber);
      }
    },
  });
  return { rows, numbers, fractions };
}

/** Place of the column in `AB12`, from 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d{1,7}$/i.exec(reference ?? '')?.[1]?.toUpperCase();
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function textOfCell(
  { type, style, value, inline }: Omit<OpenCell, 'column'>,
  { sharedTexts, dateStyles, from1904 }: SheetContext,
): { readonly text: string; readonly hasFraction: boolean } {
  const plain = (text: string): { text: string; hasFraction: boolean } => ({ text: text.trim(), hasFraction: false });
  if (type === 's') return plain(sharedTexts[Number(value)] ?? '');
  if (type === 'inlineStr') return plain(inline);
  if (type === 'e') return plain('');
  if (type === 'b') return plain(value === '1' ? 'true' : value === '0' ? 'false' : '');
  if (type !== 'n') return plain(value ?? '');
  const number = Number(value === '' ? 'none' : value);
  if (!Number.isFinite(number)) return plain('');
  const date = dateStyles.has(style) ? dateOfSerial(number, from1904) : undefined;
  return { text: date ?? String(number), hasFraction: date === undefined && !Number.isInteger(number) };
}
