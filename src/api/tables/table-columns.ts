import type { TSchema } from 'typebox';

/** What a cell holds. */
export type Cell = string | number | boolean | null;

/** A column of an exported table, named by the path of its value: `os.name`. */
export interface Column {
  readonly name: string;
  readonly of: (row: object) => Cell;
}

type Properties = Readonly<Record<string, TSchema>>;

/** One column for each value of a row's schema, parts of parts too; lists are one cell, `a; b`. In the order of the schema. */
export function columnsOf(schema: TSchema, path: readonly string[] = []): readonly Column[] {
  return Object.entries(propertiesOf(schema) ?? {}).flatMap(([name, value]) => {
    const at = [...path, name];
    return propertiesOf(value) === undefined
      ? [{ name: at.join('.'), of: (row: object) => cellOf(valueAt(row, at)) }]
      : columnsOf(value, at);
  });
}

/** Of an object, or of one that may be `null`. */
function propertiesOf(schema: TSchema): Properties | undefined {
  const { properties, anyOf } = schema as { readonly properties?: Properties; readonly anyOf?: readonly TSchema[] };
  return properties ?? anyOf?.map(propertiesOf).find((each) => each !== undefined);
}

function valueAt(row: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | null)?.[key], row);
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.join('; ');
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
