import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport, Recognition } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { plainNameKey } from '../../text/named-row.ts';
import { CellsOfDevice } from './cells-of-device.ts';
import { formatMapping } from './column-mapping.ts';
import type { ColumnMapping } from './column-mapping.ts';
import { guessMapping } from './guess-mapping.ts';
import { mappedRows } from './mapped-rows.ts';
import type { MappedRows } from './mapped-rows.ts';

/**
 * Any other table (CSV, a sheet of a workbook) or list of JSON objects, by a mapping of its columns: one row a device, one a device
 * and update, or one a device and program. Without a mapping it is not read: the error shows the columns that would be
 * guessed, ready to be saved; `guess` reads by them.
 */
export const mapping: InventoryReader = {
  format: 'mapping',
  kinds: ['text', 'json', 'binary'],
  recognise(input) {
    const head = headRows(input);
    if (head === undefined) return notThis('no table, no sheet and no list of objects');
    if (typeof input.mapping === 'object') return recogniseMapped(head, input.mapping);
    if (guessMapping(head) === undefined)
      return {
        // Of a table this is what its owner wants to know; a list in JSON may be anything.
        confidence: input.kind === 'json' ? 0 : 0.1,
        against: 'no columns that name devices and say something of Windows',
      };
    return {
      confidence: confidences[input.kind],
      against: 'any table may be of this kind',
    };
  },
  read(input) {
    if (typeof input.mapping === 'object') return readMapped(input, input.mapping);
    const rows = mappedRows(input);
    const guessed = rows === undefined ? undefined : guessMapping(rows);
    if (rows === undefined || guessed === undefined)
      throw new InventoryFormatError(
        input.source,
        'a table or list with columns that name devices and say something of Windows, or a mapping of its columns',
        rows === undefined ? 'none' : `columns ${columnsShown(rows)}`,
      );
    if (input.mapping === undefined)
      throw new InventoryFormatError(
        input.source,
        'a mapping of its columns (--map FILE)',
        `none; this one would be guessed, to be saved as a file, or to be read by with --map guess: ${formatMapping(guessed)}`,
      );
    const report = readRows(input.source, rows, guessed);
    const note = `${input.source}: columns guessed: ${formatMapping(guessed)}`;
    return { ...report, notes: [note, ...report.notes] };
  },
};

/** Known formats speak louder; a list of JSON may be anything. */
const confidences = { text: 0.35, binary: 0.4, json: 0.3, xml: 0 } as const;

/** The rows by the report's head, so that recognition is cheap. */
function headRows(input: ReportInput): MappedRows | undefined {
  const place = typeof input.mapping === 'object' ? input.mapping : undefined;
  try {
    return mappedRows({ ...input, text: input.text.slice(0, 65_536), table: input.tableHead }, place);
  } catch (error) {
    if (error instanceof InventoryFormatError) return undefined;
    throw error;
  }
}

function recogniseMapped(rows: MappedRows, wanted: ColumnMapping): Recognition {
  const absent = absentColumns(rows, wanted);
  return absent.length === 0
    ? { confidence: 0.98, against: '' }
    : { confidence: 0.2, against: `no column ${absent.join(', ')} of the mapping among ${columnsShown(rows)}` };
}

function absentColumns(
  { columns, rows }: MappedRows,
  { columns: named, kbs, missingKbs }: ColumnMapping,
): readonly string[] {
  const wanted = [...Object.values(named), ...kbs, ...missingKbs];
  const keys = new Set(columns.map(plainNameKey));
  return wanted
    .filter((column) =>
      typeof column === 'number'
        ? column > columns.length
        : !keys.has(plainNameKey(column)) && !rows.some((row) => row(column).texts.length > 0),
    )
    .map((column) => JSON.stringify(column));
}

function columnsShown({ columns }: MappedRows): string {
  return columns
    .slice(0, 40)
    .map((column) => JSON.stringify(column.slice(0, 60)))
    .join(', ');
}

/** @throws {InventoryFormatError} for columns that the report doesn't have. */
function readMapped(input: ReportInput, wanted: ColumnMapping): ReadReport {
  const rows = mappedRows(input, wanted);
  if (rows === undefined)
    throw new InventoryFormatError(input.source, 'a table, a sheet or a list of objects for the mapping', 'none');
  const absent = absentColumns(rows, wanted);
  if (absent.length > 0)
    throw new InventoryFormatError(
      input.source,
      `the columns of the mapping, also ${absent.join(', ')}`,
      `columns ${columnsShown(rows)}`,
    );
  return readRows(input.source, rows, wanted);
}

function readRows(source: string, { rows }: MappedRows, wanted: ColumnMapping): ReadReport {
  const hosts = new Map<string, CellsOfDevice>();
  const setAside = { nameless: 0, others: 0, states: 0 };
  for (const row of rows) {
    const cells = new CellsOfDevice(row, wanted);
    const key = (cells.text('id') ?? cells.text('name'))?.toLowerCase();
    if (key === undefined) setAside.nameless += 1;
    else if (cells.isOtherSystem) setAside.others += 1;
    else {
      const host = hosts.get(key) ?? cells;
      hosts.set(key, host);
      if (!host.add(cells)) setAside.states += 1;
    }
  }
  if (hosts.size === 0)
    throw new InventoryFormatError(
      source,
      'rows about Windows devices',
      `${rows.length} rows, ${setAside.nameless} without a name`,
    );
  const notes = (
    [
      [setAside.nameless, 'neither name nor id'],
      [setAside.others, 'not Windows'],
      [setAside.states, 'a state of an update that the mapping does not name'],
    ] as const
  ).flatMap(([count, why]) => (count === 0 ? [] : [`${source}: ${count} of ${rows.length} rows set aside: ${why}`]));
  for (const host of hosts.values()) {
    const doubt = host.doubt();
    if (doubt !== undefined) notes.push(`${source}: ${doubt}`);
  }
  return { inventories: [...hosts.values()].map((host) => host.inventory()), notes };
}
