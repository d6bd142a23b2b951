import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/language-provider.tsx';
import styles from './plain-table.module.css';

export interface PlainColumn<Row> {
  readonly label: string;
  readonly isNumber?: boolean;
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

/** A table that is there whole: the first cell of a row names it. */
export function PlainTable<Row>({ name, columns, rows, keyOf, tallest }: PlainTableProps<Row>) {
  const texts = useTexts();
  return (
    <div
      className={styles.scroller}
      style={tallest === undefined ? {} : { maxHeight: tallest }}
      role="region"
      aria-label={texts.list.table(name)}
      tabIndex={0}
    >
      <Table className={styles.table ?? ''} aria-label={name} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ label, isNumber }) => (
              <Table.Th key={label} className={isNumber === true ? 'numeric' : ''}>
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={keyOf(row, index)}>
              {columns.map(({ label, isNumber, cell }) => (
                <Table.Td key={label} className={isNumber === true ? 'numeric' : ''}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
