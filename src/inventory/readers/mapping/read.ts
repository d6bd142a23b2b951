import { installationTypeOfName } from '../../facts/windows-name.ts';
import { inOrder } from '../../installed-update.ts';
import type { InstalledUpdate } from '../../installed-update.ts';
import { emptyInventory } from '../../inventory.ts';
import type { InstalledSoftware, Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { flagOf } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport, Recognition } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { formatMapping } from './column-mapping.ts';
import type { ColumnKey, ColumnMapping } from './column-mapping.ts';
import { buildOfCells, kbsOfCell, timeOfCell } from './facts-of-cells.ts';
import { guessMapping } from './guess-mapping.ts';
import { mappedRows } from './mapped-rows.ts';
import type { MappedCell, MappedRow, MappedRows } from './mapped-rows.ts';

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
    if (guessMapping(head) === undefined) return notThis('no columns that name devices and say something of Windows');
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
        `none; this one would be guessed, to be saved as a file, or to be read by with --map guess:\n${formatMapping(guessed)}`,
      );
    const report = readRows(input.source, rows, guessed);
    const note = `${input.source}: columns guessed: ${formatMapping(guessed).replace(/\s*\n\s*/g, ' ')}`;
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
  const keys = new Set(columns.map(bare));
  return wanted
    .filter((column) =>
      typeof column === 'number'
        ? column > columns.length
        : !keys.has(bare(column)) && !rows.some((row) => row(column).texts.length > 0),
    )
    .map((column) => JSON.stringify(column));
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
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
  const hosts = new Map<string, CellsOfHost>();
  const setAside = { nameless: 0, others: 0, states: 0 };
  for (const row of rows) {
    const cells = new CellsOfHost(row, wanted);
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
  return { inventories: [...hosts.values()].map((host) => host.inventory()), notes };
}

/** The facts of one device, from one row or more: of a fact that several rows tell the first counts, lists grow. */
class CellsOfHost {
  private readonly row: MappedRow;
  private readonly wanted: ColumnMapping;
  private readonly rows: CellsOfHost[] = [];

  constructor(row: MappedRow, wanted: ColumnMapping) {
    this.row = row;
    this.wanted = wanted;
  }

  cell(key: ColumnKey): MappedCell {
    const column = this.wanted.columns[key];
    return column === undefined ? { texts: [], isFraction: false } : this.row(column);
  }

  text(key: ColumnKey): string | undefined {
    return this.cell(key).texts[0];
  }

  get isOtherSystem(): boolean {
    const named = this.text('os');
    return (
      named !== undefined &&
      !/windows|microsoft|\bwin ?\d|\bserver 20\d\d/i.test(named) &&
      buildOfCells(this.cell('build'), this.cell('ubr')) === undefined
    );
  }

  /** Takes a row in; `false` where the state of its updates is not known to the mapping. */
  add(cells: CellsOfHost): boolean {
    this.rows.push(cells);
    return cells.state !== undefined || cells.wanted.columns.state === undefined || cells.text('state') === undefined;
  }

  inventory(): Inventory {
    const first = (key: ColumnKey): string | undefined =>
      this.rows.map((each) => each.text(key)).find((text) => text !== undefined);
    const lists = (key: ColumnKey): readonly string[] => this.rows.flatMap((each) => each.cell(key).texts);
    const id = first('id');
    const isMachineId = id !== undefined && /^[0-9a-f]{40}$/i.test(id);
    const named = first('os');
    const type = first('installationType');
    return {
      ...emptyInventory,
      observedAt: this.rows
        .flatMap((each) => timeOfCell(each.cell('observedAt'), this.wanted.dateOrder) ?? [])
        .sort()
        .at(-1),
      device: {
        id: isMachineId ? id.toLowerCase() : undefined,
        name: first('name'),
        sourceId: id === undefined || isMachineId ? undefined : `${this.wanted.system}:${id}`,
        tags: partsOf(lists('tags')),
        ipAddresses: partsOf(lists('ipAddresses')).filter((each) =>
          /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{3,39})$/i.test(each),
        ),
      },
      os: {
        ...emptyInventory.os,
        name: named,
        build: this.rows
          .map((each) => buildOfCells(each.cell('build'), each.cell('ubr')))
          .find((build) => build !== undefined),
        displayVersion: first('displayVersion'),
        architecture: parseArchitecture(first('architecture') ?? ''),
        installationType:
          (type === undefined ? undefined : parseInstallationType(type)) ??
          installationTypeOfName(type) ??
          installationTypeOfName(named),
        editionId: first('editionId'),
      },
      updates: inOrder(this.rows.flatMap((each) => each.updates())),
      software: softwareOf(this.rows),
      pendingReboot: this.rows.map((each) => flagOf(each.text('pendingReboot'))).find((flag) => flag !== undefined),
      opinions: inVerdictOrder(this.rows.flatMap((each) => each.opinions())),
    };
  }

  private get state(): ReturnType<ColumnMapping['states']['get']> {
    if (this.wanted.columns.state === undefined) return 'installed';
    return this.wanted.states.get(this.text('state')?.trim().toLowerCase() ?? '');
  }

  private kbsIn(columns: ColumnMapping['kbs']): readonly KbNumber[] {
    return columns.flatMap((column) => kbsOfCell(this.row(column), this.wanted.kbSeparator));
  }

  private updates(): readonly InstalledUpdate[] {
    const { state } = this;
    if (state === undefined || state === 'missing') return [];
    const kbs = this.kbsIn(this.wanted.kbs);
    const installedOn = timeOfCell(this.cell('installedOn'), this.wanted.dateOrder)?.slice(0, 10);
    // A day beside several updates is not the day of each.
    return kbs.map((kb) => ({ kb, state, installedOn: kbs.length === 1 ? installedOn : undefined }));
  }

  private opinions(): readonly OtherVerdict[] {
    const kbs = [
      ...this.kbsIn(this.wanted.missingKbs),
      ...(this.state === 'missing' ? this.kbsIn(this.wanted.kbs) : []),
    ];
    return kbs.map((kb) => ({ source: 'other', kb, verdict: 'missing', title: undefined }));
  }
}

function softwareOf(rows: readonly CellsOfHost[]): readonly InstalledSoftware[] {
  const found = new Map<string, InstalledSoftware>();
  for (const row of rows) {
    const name = row.text('software');
    if (name === undefined) continue;
    const entry = { name, vendor: row.text('softwareVendor'), version: row.text('softwareVersion') };
    found.set(JSON.stringify(entry), entry);
  }
  return [...found.values()];
}

function partsOf(texts: readonly string[]): readonly string[] {
  const parts = texts.flatMap((text) => text.split(/[,;|\n]/)).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}
