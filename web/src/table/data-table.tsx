import ArrowDown from 'lucide-react/icons/arrow-down';
import ArrowUp from 'lucide-react/icons/arrow-up';
import { memo } from 'react';
import type { CSSProperties } from 'react';
import { useTexts } from '../texts/language-provider.tsx';
import { directionOf, leastWidth, nextSort, widthsOf } from './column.ts';
import type { Column } from './column.ts';
import styles from './data-table.module.css';
import { usePrinting } from './use-printing.ts';
import type { useRowWindow } from './use-row-window.ts';

export const rowHeight = 40;
/** Rows on paper, of those that have come: who wants all of them exports them. */
const mostPrinted = 1000;

interface DataTableProps<Row> {
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly total: number;
  readonly window: ReturnType<typeof useRowWindow>;
  readonly rowAt: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly isOld: boolean;
}

/** A list of any length: only the rows in sight exist. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { name, columns, total, window, isOld } = props;
  const texts = useTexts();
  const isPrinting = usePrinting();
  const layout: CSSProperties = { gridTemplateColumns: widthsOf(columns), minWidth: leastWidth(columns) };
  return (
    <div
      className={styles.scroller}
      tabIndex={0}
      role="region"
      aria-label={texts.list.table(name)}
      ref={window.measure}
      onScroll={window.onScroll}
      data-old={isOld || undefined}
    >
      <div role="table" aria-label={name} aria-rowcount={total + 1} aria-colcount={columns.length} aria-busy={isOld}>
        <div role="rowgroup" className={styles.head}>
          <div role="row" aria-rowindex={1} className={styles.row} style={layout}>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </div>
        </div>
        <Body {...props} layout={layout} isPrinting={isPrinting} />
      </div>
    </div>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

function Head<Row>({ column: { label, sort, isNumber }, sort: current, onSort }: HeadProps<Row>) {
  const texts = useTexts();
  const direction = sort === undefined ? undefined : directionOf(sort, current);
  const Arrow = direction === 'descending' ? ArrowDown : ArrowUp;
  return (
    <div role="columnheader" aria-sort={direction} className={styles.cell} data-number={isNumber}>
      {sort === undefined ? (
        <span className={styles.label}>{label}</span>
      ) : (
        <button
          type="button"
          className={styles.sort}
          title={texts.list.sortBy(label)}
          onClick={() => onSort(nextSort(sort, current))}
        >
          <span className={styles.label}>{label}</span>
          {direction !== undefined && <Arrow size={13} aria-hidden />}
        </button>
      )}
    </div>
  );
}

function Body<Row>({
  columns,
  window,
  rowAt,
  keyOf,
  layout,
  isPrinting,
  total,
}: DataTableProps<Row> & { readonly layout: CSSProperties; readonly isPrinting: boolean }) {
  const { from, to } = isPrinting ? { from: 0, to: Math.min(total, mostPrinted) - 1 } : window;
  const places = Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);
  const shown = isPrinting ? places.filter((place) => rowAt(place) !== undefined) : places;
  return (
    <div role="rowgroup" className={styles.body} style={isPrinting ? {} : { height: window.height }}>
      <div className={styles.stretch} role="presentation" style={isPrinting ? {} : { top: window.top }}>
        {shown.map((place) => {
          const row = rowAt(place);
          return (
            <Line
              key={row === undefined ? place : keyOf(row)}
              row={row}
              place={place}
              columns={columns as readonly Column<unknown>[]}
              layout={layout}
            />
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  readonly row: unknown;
  readonly place: number;
  readonly columns: readonly Column<unknown>[];
  readonly layout: CSSProperties;
}

/** Drawn anew only when something of it changed: scrolling moves the lines that stay. */
const Line = memo(
  function Line({ row, place, columns, layout }: LineProps) {
    return (
      <div role="row" aria-rowindex={place + 2} className={styles.row} style={layout}>
        {columns.map(({ id, cell, title, isNumber }) => (
          <div
            key={id}
            role="cell"
            className={styles.cell}
            data-number={isNumber}
            title={row === undefined ? undefined : title?.(row)}
          >
            {row === undefined ? <span className={styles.awaited} /> : cell(row)}
          </div>
        ))}
      </div>
    );
  },
  (before, after) => before.row === after.row && before.place === after.place && before.columns === after.columns,
);
