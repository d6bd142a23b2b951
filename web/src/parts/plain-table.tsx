import type { ReactNode } from 'react';
import { useTexts } from '../texts/language-provider.tsx';
import styles from './plain-table.module.css';

export interface PlainColumn<Row> {
  readonly label: string;
  readonly isNumber?: boolean;
  /** Takes what the others leave, in one line. */
  readonly isWide?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface PlainTableProps<Row> {
  readonly name: string;
  readonly columns: readonly PlainColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string;
  /** Beyond it the table scrolls by itself, in pixels. */
  readonly tallest?: number;
}

/** A table that is there whole: the first cell of a row names it. It is no landmark: a view may have several of one name. */
export function PlainTable<Row>({ name, columns, rows, keyOf, tallest }: PlainTableProps<Row>) {
  const texts = useTexts();
  return (
    <div
      className={styles.scroller}
      style={tallest === undefined ? {} : { maxHeight: tallest }}
      role="group"
      aria-label={texts.list.table(name)}
      tabIndex={0}
    >
      <table className={styles.table} aria-label={name}>
        <thead>
          <tr>
            {columns.map(({ label, isNumber }) => (
              <th key={label} className={isNumber === true ? 'numeric' : ''}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map(({ label, isNumber, isWide, cell }) => (
                <td key={label} className={isNumber === true ? 'numeric' : isWide === true ? styles.wide : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
