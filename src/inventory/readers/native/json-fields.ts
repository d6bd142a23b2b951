import { InventoryFormatError } from '../inventory-format-error.ts';

/** Reads typed fields of a JSON object; `null` and an absent key are the same, a wrong type is an error naming the key. */
export class JsonFields {
  private readonly source: string;
  private readonly path: string;
  private readonly fields: Readonly<Record<string, unknown>>;

  /** @throws {InventoryFormatError} where `value` is no object. */
  constructor(source: string, path: string, value: unknown) {
    this.source = source;
    this.path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InventoryFormatError(
        source,
        `${path === '' ? 'a JSON object' : `${path.slice(0, -1)} to be an object`}`,
        kindOf(value),
      );
    }
    this.fields = value as Readonly<Record<string, unknown>>;
  }

  text(key: string): string | undefined {
    const value = this.valueOf(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.wrong(key, 'a text', value);
    return value;
  }

  flag(key: string): boolean | undefined {
    const value = this.valueOf(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw this.wrong(key, 'true or false', value);
    return value;
  }

  /** A time in ISO 8601, as UTC: `2026-06-10T08:00:00.000Z`. */
  instant(key: string): string | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const time = isDay(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time)) throw this.wrong(key, 'a time such as 2026-06-10T08:00:00Z', text);
    return new Date(time).toISOString();
  }

  object(key: string): JsonFields | undefined {
    const value = this.valueOf(key);
    return value === undefined ? undefined : new JsonFields(this.source, `${this.path}${key}.`, value);
  }

  list(key: string): readonly unknown[] {
    const value = this.valueOf(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.wrong(key, 'a list', value);
    return value;
  }

  texts(key: string): readonly string[] {
    return this.list(key).map((value, index) => {
      if (typeof value !== 'string') throw this.wrong(`${key}[${index}]`, 'a text', value);
      return value;
    });
  }

  private valueOf(key: string): unknown {
    const value = Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
    return value === null ? undefined : value;
  }

  private wrong(key: string, expected: string, value: unknown): InventoryFormatError {
    const shown =
      typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value).slice(0, 100) : kindOf(value);
    return new InventoryFormatError(this.source, `${this.path}${key} to be ${expected}`, shown);
  }
}

/** `Date.parse` takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
