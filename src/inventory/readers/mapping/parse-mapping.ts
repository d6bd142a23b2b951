import { parseJson } from '../../text/json-text.ts';
import { updateStates } from '../../installed-update.ts';
import { isRecord } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { columnKeys, dateOrders } from './column-mapping.ts';
import type { ColumnMapping, ColumnName, MappedState } from './column-mapping.ts';

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
    value = parseJson(text.replace(/^\ufeff/, ''));
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
