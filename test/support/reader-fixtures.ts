import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyInventory } from '../../src/inventory/inventory.ts';
import { parseMapping } from '../../src/inventory/readers/mapping/parse-mapping.ts';
import type { ColumnMapping } from '../../src/inventory/readers/mapping/column-mapping.ts';
import { toNative } from '../../src/inventory/to-native.ts';

/**
 * A report written by us in a format's shape, with what must be read out of it. Beside `<case>.<extension>` stands
 * `<case>.expected.json`: `{ "says", "origin", "inventories": [native inventories without their empty keys], "notes": number
 * of records set aside (0 unless told), "isAlike": another format reads it too, so that it takes --format, "mapping": the
 * columns as in a file of `--map`, or "guess" }`.
 */
export interface ReaderFixture {
  readonly format: string;
  /** File name of the report. */
  readonly file: string;
  readonly says: string;
  readonly bytes: Buffer;
  /** Whole native inventories, as `toNative` writes them. */
  readonly inventories: readonly unknown[];
  readonly notes: number;
  readonly isAlike: boolean;
  readonly mapping: ColumnMapping | 'guess' | undefined;
}

interface Expected {
  readonly says: string;
  /** Where shape and facts come from. */
  readonly origin: string;
  readonly inventories: readonly Readonly<Record<string, unknown>>[];
  readonly notes?: number;
  readonly isAlike?: boolean;
  readonly mapping?: object | 'guess';
}

const folder = fileURLToPath(new URL('../../src/inventory/readers/', import.meta.url));
const suffix = '.expected.json';

/** All fixtures of a reader. @throws {Error} for a report without expectation, or an expectation without its origin. */
export function listReaderFixtures(format: string): readonly ReaderFixture[] {
  const place = join(folder, format, 'fixtures');
  if (!existsSync(place)) return [];
  const names = readdirSync(place).sort();
  return names
    .filter((name) => !name.endsWith(suffix))
    .map((file) => {
      const expectedFile = names.find(
        (name) => name.endsWith(suffix) && file.startsWith(`${name.slice(0, -suffix.length)}.`),
      );
      if (expectedFile === undefined) throw new Error(`${format}/fixtures/${file}: no ${suffix} beside it`);
      const expected = JSON.parse(readFileSync(join(place, expectedFile), 'utf8')) as Expected;
      if (!expected.says || !expected.origin)
        throw new Error(`${format}/fixtures/${expectedFile}: "says" and "origin" are needed`);
      return {
        format,
        file,
        says: expected.says,
        bytes: readFileSync(join(place, file)),
        inventories: expected.inventories.map((each) => filledUp(toNative(emptyInventory), each)),
        notes: expected.notes ?? 0,
        isAlike: expected.isAlike ?? false,
        mapping:
          typeof expected.mapping === 'object'
            ? parseMapping(expectedFile, JSON.stringify(expected.mapping))
            : expected.mapping,
      };
    });
}

/** Keys that a native inventory has where there is something to say. */
const seldom: readonly string[] = ['updatesCut', 'rollupLevelFrom'];

/** `given` over `empty`, one level down into its objects. @throws {Error} for a key that no native inventory has. */
function filledUp(empty: object, given: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(given);
  for (const key of keys)
    if (!(key in empty) && !seldom.includes(key)) throw new Error(`no key of an inventory: ${key}`);
  const added = keys.filter((key) => seldom.includes(key)).map((key): [string, unknown] => [key, given[key]]);
  return Object.fromEntries(
    [...Object.entries<unknown>(empty as Readonly<Record<string, unknown>>), ...added].map(
      ([key, value]: [string, unknown]) => {
        const over = given[key];
        if (over === undefined) return [key, value];
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        return [key, isObject ? filledUp(value, over as Readonly<Record<string, unknown>>) : over];
      },
    ),
  );
}
