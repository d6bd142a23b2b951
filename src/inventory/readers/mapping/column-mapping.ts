import type { UpdateState } from '../../installed-update.ts';

/**
 * A column: its heading, in any case and without regard to blanks and punctuation; or its number from 1. In JSON the name of a
 * field, or a path such as `os.version`.
 */
export type ColumnName = string | number;

/** How days are written that a locale explains: `15.10.2024` is `dmy`, `10/15/2024` is `mdy`. */
export const dateOrders = ['dmy', 'mdy', 'ymd'] as const;
export type DateOrder = (typeof dateOrders)[number];

/** What a listed update is, where a column tells: as in an inventory, or another tool's `missing`. */
export type MappedState = UpdateState | 'missing';

/** Keys of a mapping that name one column. */
export const columnKeys = [
  'name',
  'id',
  'ipAddresses',
  'tags',
  'os',
  'build',
  'ubr',
  'displayVersion',
  'architecture',
  'installationType',
  'editionId',
  'state',
  'installedOn',
  'observedAt',
  'pendingReboot',
  'software',
  'softwareVersion',
  'softwareVendor',
] as const;
export type ColumnKey = (typeof columnKeys)[number];

/** Which columns of somebody's table or list hold which facts. See docs/inventory-formats.md. */
export interface ColumnMapping {
  readonly columns: Readonly<Partial<Record<ColumnKey, ColumnName>>>;
  /** Columns with updates that are installed, or that `state` tells of. */
  readonly kbs: readonly ColumnName[];
  /** Columns with updates that another tool calls missing. */
  readonly missingKbs: readonly ColumnName[];
  /** Between the updates of a cell; without it every KB number in the cell counts. */
  readonly kbSeparator: string | undefined;
  /** What texts of the column `state` mean, in lower case; other rows are set aside. */
  readonly states: ReadonlyMap<string, MappedState>;
  readonly dateOrder: DateOrder | undefined;
  /** Of a workbook: name or number of the sheet. */
  readonly sheet: string | number | undefined;
  /** Row of the heading, from 1; 0: there is none, and columns have numbers. */
  readonly heading: number | undefined;
  /** Of JSON: path to the list. */
  readonly records: string | undefined;
  /** Name of the system that the ids are of, `lansweeper`. */
  readonly system: string;
}

/** A mapping that names no column. */
export const emptyMapping: ColumnMapping = {
  columns: {},
  kbs: [],
  missingKbs: [],
  kbSeparator: undefined,
  states: new Map(),
  dateOrder: undefined,
  sheet: undefined,
  heading: undefined,
  records: undefined,
  system: 'mapping',
};

/** A mapping as JSON to be saved, in one line, since messages have no more; the keys in their order, without what is not set. */
export function formatMapping({ columns, kbs, missingKbs, states, ...settings }: ColumnMapping): string {
  const list = (names: readonly ColumnName[]): unknown =>
    names.length === 0 ? undefined : names.length === 1 ? names[0] : names;
  const text = JSON.stringify(
    {
      ...Object.fromEntries(columnKeys.map((key) => [key, columns[key]])),
      kbs: list(kbs),
      missingKbs: list(missingKbs),
      kbSeparator: settings.kbSeparator,
      states: states.size === 0 ? undefined : Object.fromEntries(states),
      dateOrder: settings.dateOrder,
      sheet: settings.sheet,
      heading: settings.heading,
      records: settings.records,
      system: settings.system === 'mapping' ? undefined : settings.system,
    },
    null,
    2,
  );
  return text.replace(/\s*\n\s*/g, ' ');
}
