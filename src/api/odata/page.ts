import type { Filter, Literal } from './filter.ts';
import { evaluate, folded, asLiteral, orderOf } from './evaluate.ts';
import type { Row } from './evaluate.ts';
import type { OrderKey, QueryOptions } from './query-options.ts';

/** One page of a list. */
export interface Page<T> {
  readonly rows: readonly T[];
  /** Of all pages, where it was asked for. */
  readonly count: number | undefined;
  /** The order values and id of the last row, where more follow. */
  readonly next: readonly Literal[] | undefined;
}

/**
 * One page of rows that are kept in memory, sorted by `$orderby` and then by id. A next page begins after the last row of
 * the one before, so that rows which come or go meanwhile neither repeat nor hide others.
 */
export function pageOf<T extends Row & { readonly id: string | null }>(
  rows: readonly T[],
  { filter, orderBy, top, skip, count, after }: QueryOptions,
  largestPage: number,
): Page<T> {
  const fitting = filter === undefined ? rows : rows.filter((row) => evaluate(filter as Filter, row));
  const sorted = fitting.toSorted((a, b) => compareKeys(keysOf(a, orderBy), keysOf(b, orderBy), orderBy));
  const from = after === undefined ? 0 : firstAfter(sorted, after, orderBy);
  const size = Math.min(top ?? largestPage, largestPage);
  const page = sorted.slice(from + skip, from + skip + size);
  const last = page.at(-1);
  return {
    rows: page,
    count: count ? fitting.length : undefined,
    next: last !== undefined && from + skip + size < sorted.length ? keysOf(last, orderBy) : undefined,
  };
}

function keysOf(row: Row & { readonly id: string | null }, orderBy: readonly OrderKey[]): readonly Literal[] {
  return [...orderBy.map(({ property }) => asLiteral(row[property.name])), row.id ?? ''];
}

function compareKeys(a: readonly Literal[], b: readonly Literal[], orderBy: readonly OrderKey[]): number {
  for (const [index, { property, isDescending }] of orderBy.entries()) {
    const on = { property, isTrimmed: false };
    const order = orderOf(folded(a[index] ?? null, on), folded(b[index] ?? null, on));
    if (order !== 0) return isDescending ? -order : order;
  }
  return orderOf(a.at(-1) ?? null, b.at(-1) ?? null);
}

function firstAfter(
  sorted: readonly (Row & { readonly id: string | null })[],
  after: readonly Literal[],
  orderBy: readonly OrderKey[],
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = sorted[middle];
    if (row !== undefined && compareKeys(keysOf(row, orderBy), after, orderBy) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
