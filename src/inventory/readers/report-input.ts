import { sizeOfJson } from '../text/json-size.ts';
import { parseJsonText } from '../text/json-text.ts';
import type { JsonText } from '../text/json-text.ts';
import { readTable } from '../text/delimited-table.ts';
import type { DelimitedTable } from '../text/delimited-table.ts';
import { isWorkbook } from '../text/workbook/open-workbook.ts';
import { readWorkbook } from '../text/workbook/read-workbook.ts';
import { sheetTable } from '../text/workbook/sheet-table.ts';
import { decodeText } from './decode-text.ts';
import { InventoryFormatError } from './inventory-format-error.ts';
import type { ColumnMapping } from './mapping/column-mapping.ts';
import { isNoText } from './no-text.ts';
import type { ReportKind } from './reader.ts';

/** A report as it came in, decoded and taken apart once for all readers. */
export interface ReportInput {
  /** Name to show in messages: a path, `-`, or `request body`. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** `bytes` as text; empty for what is no text. */
  readonly text: string;
  readonly kind: ReportKind;
  /** JSON values of the text, one or one a line; `undefined` where it is none. Parsed at the first call. */
  readonly json: () => JsonText | undefined;
  /** The first rows of the text as a table with separators, whatever its quotes, or of a workbook; `undefined` where it is none. */
  readonly tableHead: () => DelimitedTable | undefined;
  /** All of the table. @throws {InventoryFormatError} for a quote that is not closed, or a workbook that cannot be read. */
  readonly table: () => DelimitedTable | undefined;
  /** Which columns hold which facts, for a table or list of no known format; `guess`: the columns are to be guessed. */
  readonly mapping: ColumnMapping | 'guess' | undefined;
}

/** Text that a table's head is told by. */
const headLength = 65_536;
/** Below it no report can take much memory. */
const largeLength = 4 * 1024 * 1024;

/** A report made ready for the readers. `encoding` overrides what the bytes look like, e.g. `cp850`. */
export function reportInput(source: string, bytes: Uint8Array, encoding?: string): ReportInput {
  const isBinary = isZip(bytes);
  const text = isBinary
    ? ''
    : withoutStreamMark(decodeText(isRubbish(bytes, encoding) ? bytes.subarray(0, headLength) : bytes, encoding));
  const start = text.slice(0, 4096).trimStart();
  const json = once(() => (start.startsWith('{') || start.startsWith('[') ? boundedJson(source, text) : undefined));
  const table = once(() => (isBinary ? firstSheet(source, bytes) : readTable(source, text)));
  return {
    source,
    bytes,
    text,
    json,
    kind: isBinary ? 'binary' : /^<(?:[?!]|[A-Za-z_])/.test(start) ? 'xml' : json() === undefined ? 'text' : 'json',
    tableHead: once(() =>
      isBinary
        ? tried(table)
        : readTable(source, text.slice(0, headLength), { isCut: text.length > headLength, forgives: 'all' }),
    ),
    table,
    mapping: undefined,
  };
}

/** Bytes that are no text would take ten times their size once decoded, and give nothing. */
function isRubbish(bytes: Uint8Array, encoding: string | undefined): boolean {
  return bytes.length > largeLength && isNoText(decodeText(bytes.subarray(0, headLength), encoding));
}

/** What a report's JSON may hold. Parsed, a small object takes 200 bytes: this is more than half a gigabyte. */
const most = { containers: 2_000_000, values: 12_000_000 } as const;

/** @throws {InventoryFormatError} for JSON that would take more memory than any report needs. */
function boundedJson(source: string, text: string): JsonText | undefined {
  if (text.length > largeLength) {
    const { containers, values } = sizeOfJson(text);
    if (containers > most.containers || values > most.values)
      throw new InventoryFormatError(
        source,
        `JSON of at most ${most.containers} objects and lists and ${most.values} values; split it`,
        `${containers} and ${values}`,
      );
  }
  return parseJsonText(text);
}

/** `#< CLIXML` stands before the XML that a PowerShell without a console prints. */
function withoutStreamMark(text: string): string {
  const mark = /^\ufeff?\s{0,8}#< CLIXML\s{0,8}(?=<)/.exec(text.slice(0, 40))?.[0];
  return mark === undefined ? text : text.slice(mark.length);
}

/** The same report, to be read by these columns. */
export function withMapping(input: ReportInput, mapping: ColumnMapping | 'guess' | undefined): ReportInput {
  return { ...input, mapping };
}

function firstSheet(source: string, bytes: Uint8Array): DelimitedTable | undefined {
  return isWorkbook(bytes) ? sheetTable(readWorkbook(source, bytes)) : undefined;
}

/** Nothing where a workbook cannot be read: whoever reads it says why. */
function tried(table: () => DelimitedTable | undefined): DelimitedTable | undefined {
  try {
    return table();
  } catch (error) {
    if (error instanceof InventoryFormatError) return undefined;
    throw error;
  }
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
