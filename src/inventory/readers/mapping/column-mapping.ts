import { updateStates } from '../../installed-update.ts';
import type { UpdateState } from '../../installed-update.ts';
import { isRecord } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';

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

const settingKeys = [
  'kbs',
  'missingKbs',
  'kbSeparator',
  'states',
  'dateOrder',
  'sheet',
  'heading',
  'records',
  'system',
];
const knownKeys: readonly string[] = [...columnKeys, ...settingKeys];

/** @throws {InventoryFormatError} naming the key, what was expected and what came. */
export function parseMapping(source: string, text: string): ColumnMapping {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new InventoryFormatError(source, 'a mapping as JSON', error instanceof Error ? error.message : String(error));
  }
  if (!isRecord(value)) throw new InventoryFormatError(source, 'a mapping as a JSON object', shown(value));
  return new MappingReader(source, value).read();
}

class MappingReader {
  private readonly source: string;
  private readonly fields: JsonRecord;

  constructor(source: string, fields: JsonRecord) {
    this.source = source;
    this.fields = fields;
  }

  read(): ColumnMapping {
    for (const key of Object.keys(this.fields))
      if (!knownKeys.includes(key) && key !== '$schema')
        throw new InventoryFormatError(this.source, `keys out of ${knownKeys.join(', ')}`, JSON.stringify(key));
    const columns = Object.fromEntries(
      columnKeys.flatMap((key) => {
        const column = this.column(key);
        return column === undefined ? [] : [[key, column]];
      }),
    ) as ColumnMapping['columns'];
    if (columns.name === undefined && columns.id === undefined)
      throw new InventoryFormatError(this.source, 'a column "name" or "id" that tells the devices apart', 'neither');
    const states = this.states();
    if (columns.state !== undefined && states.size === 0)
      throw new InventoryFormatError(
        this.source,
        '"states" that say what the texts of the column "state" mean',
        'none',
      );
    return {
      columns,
      kbs: this.columnList('kbs'),
      missingKbs: this.columnList('missingKbs'),
      kbSeparator: this.text('kbSeparator'),
      states,
      dateOrder: this.oneOf('dateOrder', dateOrders),
      sheet: this.sheet(),
      heading: this.heading(),
      records: this.text('records'),
      system: this.system(),
    };
  }

  private column(key: string): ColumnName | undefined {
    const value = this.valueOf(key);
    return value === undefined ? undefined : this.columnIn(key, value);
  }

  private columnIn(key: string, value: unknown): ColumnName {
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    return this.wrong(key, 'a heading such as "OS Build", or the number of a column from 1', value);
  }

  private columnList(key: string): readonly ColumnName[] {
    const value = this.valueOf(key);
    if (value === undefined) return [];
    return Array.isArray(value) ? value.map((each) => this.columnIn(key, each)) : [this.columnIn(key, value)];
  }

  private text(key: string): string | undefined {
    const value = this.valueOf(key);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    return this.wrong(key, 'a text', value);
  }

  private oneOf<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const value = this.valueOf(key);
    const word = words.find((each) => each === value);
    return word === undefined && value !== undefined ? this.wrong(key, `one of ${words.join(', ')}`, value) : word;
  }

  private sheet(): string | number | undefined {
    const value = this.valueOf('sheet');
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    return this.wrong('sheet', 'the name of a sheet, or its number from 1', value);
  }

  private heading(): number | undefined {
    const value = this.valueOf('heading');
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000) return value;
    return this.wrong('heading', 'the row of the heading from 1, or 0 where there is none', value);
  }

  private system(): string {
    const text = this.text('system');
    if (text === undefined) return 'mapping';
    return /^[a-z0-9][a-z0-9-]{0,30}$/.test(text) ? text : this.wrong('system', 'a word such as "lansweeper"', text);
  }

  private states(): ReadonlyMap<string, MappedState> {
    const value = this.valueOf('states');
    if (value === undefined) return new Map();
    if (!isRecord(value)) return this.wrong('states', 'an object such as {"Installed": "installed"}', value);
    const known: readonly MappedState[] = [...updateStates, 'missing'];
    return new Map(
      Object.entries(value).map(([text, meant]) => {
        const state = known.find((each) => each === meant);
        return [text.trim().toLowerCase(), state ?? this.wrong(`states.${text}`, `one of ${known.join(', ')}`, meant)];
      }),
    );
  }

  private valueOf(key: string): unknown {
    const value = Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
    return value === null ? undefined : value;
  }

  private wrong(key: string, expected: string, value: unknown): never {
    throw new InventoryFormatError(this.source, `${key} to be ${expected}`, shown(value));
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}

/** A mapping as JSON to be saved, the keys in their order, without what is not set. */
export function formatMapping({ columns, kbs, missingKbs, states, ...settings }: ColumnMapping): string {
  const list = (names: readonly ColumnName[]): unknown =>
    names.length === 0 ? undefined : names.length === 1 ? names[0] : names;
  return JSON.stringify(
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
}
