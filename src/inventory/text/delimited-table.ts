import { createRequire } from 'node:module';
import { InventoryFormatError } from '../readers/inventory-format-error.ts';

const require = createRequire(import.meta.url);

/** Text with separators: comma, semicolon or tab, told by content, as spreadsheets and PowerShell write it. */
export interface DelimitedTable {
  readonly header: readonly string[];
  /** Each as long as `header`; a shorter row is filled up, a longer one cut. */
  readonly rows: readonly (readonly string[])[];
  /** Of a workbook: `row column` of the cells that are numbers with a fraction, whose last zeros are lost. */
  readonly fractions?: ReadonlySet<string>;
}

export interface TableOptions {
  /** The text is the beginning of a longer one: its last row is left out, an open quote is no error. */
  readonly isCut?: boolean;
  /** `strays`: a quote inside a cell that was not doubled is no error; `all`: nor is one that is not closed. */
  readonly forgives?: 'strays' | 'all';
}

/** Columns of the widest export met are some 200. */
const mostColumns = 2000;

/**
 * A table of two columns or more with a heading; `undefined` where the text is none. Type lines of `Export-Csv`
 * (`#TYPE …`) and Excel's `sep=;` before the heading are passed over.
 * @throws {InventoryFormatError} for a quote that is not closed, naming the row.
 */
export function readTable(
  source: string,
  text: string,
  { isCut = false, forgives }: TableOptions = {},
): DelimitedTable | undefined {
  const content = text.replace(/^\ufeff/, '').replace(/^(?:\s*(?:#TYPE [^\n]*|sep=.)?\r*\n)+/i, '');
  const firstLine = /^[^\r\n]*/.exec(content)?.[0] ?? '';
  const delimiter = separatorOf(firstLine);
  if (delimiter === undefined) return undefined;
  // Loaded here: most reports are no table.
  const papa = require('papaparse') as typeof import('papaparse');
  const { data, errors } = papa.parse<string[]>(content, { delimiter, skipEmptyLines: 'greedy' });
  const broken = errors.find(
    ({ type, code }) => type === 'Quotes' && forgives !== 'all' && !(forgives === 'strays' && code === 'InvalidQuotes'),
  );
  if (broken !== undefined && !isCut) {
    throw new InventoryFormatError(
      source,
      'a table whose quotes are closed',
      `${broken.message} in row ${(broken.row ?? 0) + 1}`,
    );
  }
  const [header, ...rows] = isCut ? data.slice(0, -1) : data;
  if (header === undefined || header.length < 2 || header.length > mostColumns) return undefined;
  return {
    header: header.map((cell) => cell.trim()),
    rows: rows.map((row) => header.map((_, index) => (row[index] ?? '').trim())),
  };
}

/** The separator that stands most often in the heading, outside quotes. */
function separatorOf(line: string): string | undefined {
  const bare = line.slice(0, 20_000).replace(/"[^"]*"/g, '""');
  const counted = [',', ';', '\t', '|'].map((separator) => ({ separator, count: bare.split(separator).length - 1 }));
  const [best] = counted.sort((a, b) => b.count - a.count);
  return best === undefined || best.count === 0 ? undefined : best.separator;
}
