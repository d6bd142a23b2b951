import type { ReportInput } from '../report-input.ts';
import { isVersionCell } from './facts.ts';

/** Columns of `/FO CSV`: 31 and more; a table of one's own that has such a version in it is another format's. */
const leastColumns = 12;

/** Whether the text is `/FO CSV`: quoted cells, one of them a version. The heading is localised, or missing (`/NH`). */
export function isDelimited(text: string): boolean {
  const row = text.split(/\r*\n/).find((line) => line.trimStart().startsWith('"') && hasVersion(line));
  return row !== undefined && row.split('","').length >= leastColumns;
}

/** All rows, the heading too: it may be one of a host. */
export function delimitedRows(input: ReportInput): readonly (readonly string[])[] {
  const table = input.table();
  return table === undefined ? [] : [table.header, ...table.rows];
}

function hasVersion(line: string): boolean {
  return line
    .slice(0, 20_000)
    .split('","')
    .some((cell) => isVersionCell(cell.replace(/^\s*"/, '')));
}
