import Type from 'typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../errors.ts';
import { acceptedFormat, tableFormats } from '../../tables/send-table.ts';
import type { TableFormat } from '../../tables/send-table.ts';
import type { QueryParameter } from '../route.ts';

const usualPage = 100;
const largestPage = 1000;

/** What a list for people can be asked with; names count in any case. */
export class ListOptions {
  readonly #given = new Map<string, string>();

  /** @throws {ApiError} 400 for an option that is not of `known`, or given twice. */
  constructor(request: FastifyRequest, known: readonly QueryParameter[]) {
    const names = new Map(known.map(({ name }) => [name.toLowerCase(), name]));
    for (const [written, value] of Object.entries(request.query as Readonly<Record<string, unknown>>)) {
      const name = names.get(written.toLowerCase());
      if (name === undefined)
        throw invalid(written.slice(0, 60), `an option out of ${[...names.values()].join(', ')}`, 'another');
      if (typeof value !== 'string' || this.#given.has(name)) throw invalid(name, 'one value', 'several');
      if (value !== '') this.#given.set(name, value);
    }
  }

  text(name: string): string | undefined {
    return this.#given.get(name);
  }

  /** `a,b` out of a closed set. @throws {ApiError} 400 */
  several<Value extends string>(name: string, allowed: readonly Value[]): readonly Value[] | undefined {
    const given = this.text(name)?.split(',');
    return given?.map((each) => {
      const value = allowed.find((known) => known.toLowerCase() === each.trim().toLowerCase());
      if (value === undefined) throw invalid(name, `one of ${allowed.join(', ')}`, each);
      return value;
    });
  }

  /** `a,b` of anything, in lower case. */
  words(name: string): ReadonlySet<string> | undefined {
    const given = this.text(name);
    return given === undefined ? undefined : new Set(given.split(',').map((each) => each.trim().toLowerCase()));
  }

  /** @throws {ApiError} 400 */
  flag(name: string): boolean | undefined {
    const [value] = this.several(name, ['true', 'false']) ?? [];
    return value === undefined ? undefined : value === 'true';
  }

  /** `-missing`: descending. @throws {ApiError} 400 */
  sort<Key extends string>(keys: readonly Key[], usual: string): { readonly key: Key; readonly isDescending: boolean } {
    const text = this.text('sort') ?? usual;
    const isDescending = text.startsWith('-');
    const wanted = text.replace(/^-/, '').toLowerCase();
    const key = keys.find((each) => each.toLowerCase() === wanted);
    if (key === undefined) throw invalid('sort', `one of ${keys.join(', ')}, with - before it for descending`, text);
    return { key, isDescending };
  }

  /** As named, or as the client accepts; `undefined`: JSON. @throws {ApiError} 400 */
  format(request: FastifyRequest): TableFormat | undefined {
    const [named] = this.several('format', ['json', ...tableFormats]) ?? [];
    return named === undefined ? acceptedFormat(request) : named === 'json' ? undefined : named;
  }

  /** @throws {ApiError} 400 */
  page(): { readonly top: number; readonly skip: number } {
    return {
      top: this.#number('top', { usual: usualPage, least: 1, most: largestPage }),
      skip: this.#number('skip', { usual: 0, least: 0, most: 100_000_000 }),
    };
  }

  #number(
    name: string,
    { usual, least, most }: { readonly usual: number; readonly least: number; readonly most: number },
  ): number {
    const text = this.text(name);
    if (text === undefined) return usual;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (value < least || value > most) throw invalid(name, `a number from ${least} to ${most}`, text);
    return value;
  }
}

export function invalid(name: string, expected: string, got: string): ApiError {
  return new ApiError(400, 'InvalidInput', `${name}: expected ${expected}, got ${JSON.stringify(got.slice(0, 60))}`);
}

const paging: readonly QueryParameter[] = [
  {
    name: 'top',
    description: 'Rows of the page, 1 to 1000; without it 100.',
    schema: Type.Integer({ minimum: 1, maximum: 1000 }),
  },
  { name: 'skip', description: 'Rows to pass over.', schema: Type.Integer({ minimum: 0 }) },
  {
    name: 'format',
    description: '`csv` or `xlsx`: all rows that fit, as a file; also by `Accept`.',
    schema: Type.Enum(['json', ...tableFormats]),
  },
];

/** Those of every list, and its own filters. */
export function listParameters(
  sorts: readonly string[],
  filters: Readonly<Record<string, string>>,
): readonly QueryParameter[] {
  return [
    ...paging,
    {
      name: 'sort',
      description: `One of ${sorts.join(', ')}; with \`-\` before it descending.`,
      schema: Type.String(),
    },
    ...Object.entries(filters).map(([name, description]) => ({ name, description, schema: Type.String() })),
  ];
}

/** A page of rows at hand, sorted by a figure or text; what is `null` stands lowest; on a tie as they stood. */
export function pageOfRows<Row>(
  rows: readonly Row[],
  options: ListOptions,
  { valueOf, isDescending }: { readonly valueOf: (row: Row) => number | string | null; readonly isDescending: boolean },
): { readonly total: number; readonly skip: number; readonly items: readonly Row[] } {
  const { top, skip } = options.page();
  return { total: rows.length, skip, items: sortedRows(rows, { valueOf, isDescending }).slice(skip, skip + top) };
}

/** All of them, as `pageOfRows` sorts. */
export function sortedRows<Row>(
  rows: readonly Row[],
  { valueOf, isDescending }: { readonly valueOf: (row: Row) => number | string | null; readonly isDescending: boolean },
): readonly Row[] {
  const sign = isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => sign * compare(a.value, b.value))
    .map(({ row }) => row);
}

function compare(a: number | string | null, b: number | string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
