import { EncodingNameError, parseEncodingName } from '../inventory/encoding/encoding-name.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { NameForNameless } from '../operations/intake/nameless-devices.ts';
import { readReports } from '../operations/intake/read-reports.ts';
import type { ReadOptions } from '../operations/intake/read-reports.ts';
import { harmlessText } from '../sources/archives/entry-label.ts';
import { UsageError } from './exit-code.ts';
import { readMapping } from './read-mapping.ts';

/** `--encoding`, `--format` and `--map`: how reports are to be read where their content does not tell. */
export interface ReadingOptions {
  /** `cp850`, `windows-1252`, `gbk` … */
  readonly encoding?: string;
  /** Id of a format. */
  readonly format?: string;
  /** A file with a mapping of columns, or `guess`. */
  readonly map?: string;
}

/** `--name` and `--name-by-file`, where reports are stored. */
export interface NamingOptions {
  readonly name?: string;
  readonly nameByFile?: boolean;
}

/** @throws {UsageError} for both, and for a name that is blank. */
export function namingOf({ name, nameByFile }: NamingOptions): NameForNameless | undefined {
  if (name === undefined) return nameByFile === true ? 'by-file' : undefined;
  if (nameByFile === true) throw new UsageError('expected at most one of --name and --name-by-file');
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 255 || /\p{Cc}/u.test(trimmed))
    throw new UsageError(`--name: expected a name of at most 255 letters, got ${JSON.stringify(name.slice(0, 60))}`);
  return { name: trimmed };
}

/** @throws {UsageError} before anything is opened. */
export function readingOf({
  encoding,
  format,
  map,
}: ReadingOptions): Pick<ReadOptions, 'encoding' | 'format' | 'mapping'> {
  try {
    if (encoding !== undefined) parseEncodingName(encoding);
  } catch (error) {
    if (error instanceof EncodingNameError) throw new UsageError(`--encoding: ${error.message}`);
    throw error;
  }
  return { encoding, format, mapping: readMapping(map) };
}

/** One observation that a file held. */
export interface FileInventory {
  /** A path, `-`, or `archive.zip!/path/in/it`. */
  readonly file: string;
  readonly inventory: Inventory;
}

/** What files gave; every one that could not be read was told to `complain`. */
export interface FileInventories {
  readonly inventories: readonly FileInventory[];
  readonly unreadable: number;
}

/** Reads inventories for a command that judges them; `-` is standard input. What cannot be read does not stop the others. */
export async function readInventories(
  paths: readonly string[],
  options: ReadingOptions,
  complain: (line: string) => void,
): Promise<FileInventories> {
  const inventories: FileInventory[] = [];
  let unreadable = 0;
  for await (const report of readReports(paths, readingOf(options))) {
    if (report.kind === 'refused') {
      unreadable += 1;
      complain(harmlessText(report.message));
    } else {
      for (const note of report.notes) complain(harmlessText(note));
      for (const { inventory } of report.devices) inventories.push({ file: report.file, inventory });
    }
  }
  return { inventories, unreadable };
}
