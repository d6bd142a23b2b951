import type { ReportInput } from '../readers/report-input.ts';
import { clixmlValues } from './clixml.ts';
import type { DelimitedTable } from './delimited-table.ts';
import { displayedObjects } from './displayed-objects.ts';
import { isRecord } from './loose-json.ts';
import type { JsonRecord } from './loose-json.ts';
import { objectOf } from './powershell-object.ts';
import type { ObjectFields, PowershellObject } from './powershell-object.ts';
import { readXmlTree } from './xml-tree.ts';

/** Tells by the names of its fields whether an object is of the kind asked for. */
export type IsOne = (fields: ObjectFields) => boolean;

/** What recognition looks at. */
const headLength = 65_536;
const mostSeenInHead = 5000;
/** Wrappers around lists nest some levels (`{"data":{"items":[…]}}`); deeper is somebody's payload. */
const deepest = 12;

/**
 * The objects of a kind in a report that PowerShell made, in whichever form: JSON in any wrapper, a CSV, a list, a table, or
 * CLIXML. Inside an object of the kind none is looked for.
 * @throws {InventoryFormatError} for XML that is not well-formed, and for a table with a quote that is not closed.
 */
export function findObjects(input: ReportInput, isOne: IsOne): readonly PowershellObject[] {
  if (input.kind === 'json') return [...within(input.json()?.values ?? [], isOne, Number.POSITIVE_INFINITY)];
  if (input.kind === 'xml') return isClixml(input) ? [...within(clixmlOf(input), isOne, Number.POSITIVE_INFINITY)] : [];
  if (input.kind !== 'text') return [];
  const shown = displayedIn(input).filter(({ fields }) => isOne(fields));
  if (shown.length > 0) return shown;
  const head = input.tableHead() ?? singleColumn(input.text.slice(0, headLength));
  if (head === undefined || !isOne(headingOf(head))) return [];
  return rowsOf(input.table() ?? singleColumn(input.text));
}

/** Some of the objects of a kind that the report begins with: enough to tell its format by. For CSV also a heading without rows. */
export function findAtHead(input: ReportInput, isOne: IsOne): readonly PowershellObject[] {
  if (input.kind === 'json') return [...within(input.json()?.values ?? [], isOne, mostSeenInHead)];
  if (input.kind === 'xml') return isClixml(input) ? [...within(clixmlOf(input), isOne, mostSeenInHead)] : [];
  if (input.kind !== 'text') return [];
  const shown = displayedAtHead(input).filter(({ fields }) => isOne(fields));
  if (shown.length > 0) return shown;
  const head = input.tableHead() ?? singleColumn(input.text.slice(0, headLength));
  if (head === undefined || !isOne(headingOf(head))) return [];
  const rows = rowsOf({ header: head.header, rows: head.rows.slice(0, 50) });
  return rows.length > 0 ? rows : [{ fields: headingOf(head), around: [] }];
}

/** `Select-Object HotFixID | Export-Csv`: one column, whose quotes tell it from other lists. */
function singleColumn(text: string): DelimitedTable | undefined {
  const [heading, ...lines] = text
    .replace(/^\ufeff/, '')
    .split(/\r*\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#TYPE '));
  const cellOf = (line: string): string | undefined => /^\s*"([^"]{0,1000})"\s*$/.exec(line)?.[1]?.trim();
  const name = heading === undefined ? undefined : cellOf(heading);
  return name === undefined ? undefined : { header: [name], rows: lines.map((line) => [cellOf(line) ?? line.trim()]) };
}

function headingOf({ header }: DelimitedTable): ObjectFields {
  return objectOf(header.map((name) => [name, ''] as const)).fields;
}

function rowsOf(table: DelimitedTable | undefined): readonly PowershellObject[] {
  if (table === undefined) return [];
  return table.rows
    .filter((row) => !row.every((cell, index) => cell === table.header[index]))
    .map((row) => objectOf(table.header.map((name, index) => [name, row[index] ?? ''] as const)));
}

function* within(values: readonly unknown[], isOne: IsOne, mostSeen: number): Generator<PowershellObject> {
  let seen = 0;
  function* look(
    value: unknown,
    {
      around,
      under,
      depth,
    }: { readonly around: readonly JsonRecord[]; readonly under: string; readonly depth: number },
  ): Generator<PowershellObject> {
    seen += 1;
    if (seen > mostSeen || depth > deepest || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) yield* look(item, { around, under, depth: depth + 1 });
      return;
    }
    if (!isRecord(value)) return;
    const object = objectOf(Object.entries(value), around, under);
    if (isOne(object.fields)) yield object;
    else
      for (const [key, inner] of Object.entries(value))
        yield* look(inner, { around: [value, ...around], under: key, depth: depth + 1 });
  }
  for (const value of values) yield* look(value, { around: [], under: '', depth: 0 });
}

/** Several readers ask for the same of one report. */
const shownByInput = new WeakMap<
  ReportInput,
  { head?: readonly PowershellObject[]; all?: readonly PowershellObject[]; xml?: readonly unknown[] }
>();

function keptOf(input: ReportInput): {
  head?: readonly PowershellObject[];
  all?: readonly PowershellObject[];
  xml?: readonly unknown[];
} {
  let kept = shownByInput.get(input);
  if (kept === undefined) {
    kept = {};
    shownByInput.set(input, kept);
  }
  return kept;
}

function displayedAtHead(input: ReportInput): readonly PowershellObject[] {
  return (keptOf(input).head ??= displayedObjects(input.text.slice(0, headLength)));
}

function displayedIn(input: ReportInput): readonly PowershellObject[] {
  if (input.text.length <= headLength) return displayedAtHead(input);
  return (keptOf(input).all ??= displayedObjects(input.text));
}

function isClixml({ text }: ReportInput): boolean {
  return /<Objs\b[^>]{0,400}powershell/i.test(text.slice(0, 2000));
}

function clixmlOf(input: ReportInput): readonly unknown[] {
  return (keptOf(input).xml ??= clixmlValues(readXmlTree(input.source, input.text)));
}
