import type { ReactNode } from 'react';

/** One column of a list: what stands over it and in it. */
export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  /** Least width in pixels, and its part of what is left over. */
  readonly width: number;
  readonly grow?: number;
  readonly isNumber?: boolean;
  /** What the server sorts by, where it can; `-` in front: the largest first is what one wants first. */
  readonly sort?: string;
  /** Left out until it is chosen. */
  readonly isExtra?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** In full, where the cell may cut it. */
  readonly title?: (row: Row) => string | undefined;
}

/** Those that the address names, in the order of the list; the usual ones where it names none. The first always stays. */
export function shownColumns<Row>(columns: readonly Column<Row>[], named: string | undefined): readonly Column<Row>[] {
  if (named === undefined || named === '') return columns.filter(({ isExtra }) => isExtra !== true);
  const wanted = new Set(named.split(','));
  return columns.filter(({ id }, index) => index === 0 || wanted.has(id));
}

/** As CSS lays them out. */
export function widthsOf<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ width, grow = 0 }) => (grow === 0 ? `${width}px` : `minmax(${width}px, ${grow}fr)`)).join(' ');
}

/** Of all columns together: the table scrolls sideways below it. */
export function leastWidth<Row>(columns: readonly Column<Row>[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

/** What the address says after the head of a column was pressed: first its natural direction, then the other. */
export function nextSort(sort: string, current: string): string {
  return current === sort ? turned(sort) : sort;
}

export function directionOf(sort: string, current: string): 'ascending' | 'descending' | undefined {
  if (keyOf(sort) !== keyOf(current)) return undefined;
  return current.startsWith('-') ? 'descending' : 'ascending';
}

function turned(sort: string): string {
  return sort.startsWith('-') ? keyOf(sort) : `-${sort}`;
}

function keyOf(sort: string): string {
  return sort.replace(/^-/, '');
}
