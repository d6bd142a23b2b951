import type { TSchema } from 'typebox';

/** One column of an exported list: `os.name` is the key `name` of the object `os`. */
export interface ExportColumn {
  readonly name: string;
  readonly path: readonly string[];
}

interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
  readonly type?: string;
}

/** A column for every value of a row, in the order in which rows are answered; lists are one column. */
export function exportColumns(page: TSchema): readonly ExportColumn[] {
  const row = (page as Described).properties?.['items']?.items;
  if (row === undefined) throw new Error('expected the schema of a page with items, got another');
  return columnsOf(row, []);
}

function columnsOf(schema: Described, path: readonly string[]): readonly ExportColumn[] {
  const known = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
  if (known.properties === undefined) return [{ name: path.join('.'), path }];
  return Object.entries(known.properties).flatMap(([key, value]) => columnsOf(value, [...path, key]));
}

export type ExportCell = string | number | null;

export function exportCell(row: unknown, { path }: ExportColumn): ExportCell {
  let value = row;
  for (const key of path) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  return Array.isArray(value) ? value.join('; ') : JSON.stringify(value);
}
