import writeXlsxFile from 'write-excel-file/node';
import { answerFromThread } from '../../operations/run-in-thread.ts';
import type { SheetOrder } from './send-table.ts';

// A workbook of a hundred thousand rows takes seconds, in which a server has to answer.
await answerFromThread(async ({ names, rows }: SheetOrder) => {
  const head = names.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
  const body = rows.map((row) =>
    row.map((value) => (value === null || value === '' ? null : { value, type: typeOf(value) })),
  );
  return await writeXlsxFile([head, ...body], { stickyRowsCount: 1 }).toBuffer();
});

function typeOf(value: string | number | boolean): typeof String | typeof Number | typeof Boolean {
  return typeof value === 'number' ? Number : typeof value === 'boolean' ? Boolean : String;
}
