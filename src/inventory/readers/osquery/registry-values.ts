import { fieldOf, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { currentVersionValueOf } from './tables.ts';

const currentVersion = 'hkey_local_machine\\software\\microsoft\\windows nt\\currentversion';

/**
 * Values and keys of the registry as rows have them: by whole path in lower case, short hive names written out. The
 * newest row of a path counts.
 */
export class RegistryValues {
  readonly #values = new Map<string, string>();
  readonly #keys = new Set<string>();
  #currentRank: number | undefined;

  /** Rows of one query, after those of newer ones; `rank` is its place in the order of age, 0 the newest. */
  add(rows: readonly JsonRecord[], rank: number): void {
    this.#addRows(rows);
    if (
      this.current('UBR') !== undefined ||
      this.current('CurrentBuild') !== undefined ||
      this.current('CurrentBuildNumber') !== undefined
    )
      this.#currentRank ??= rank;
  }

  /** Place of the newest result with a build or UBR. */
  rankOfCurrent(): number {
    return this.#currentRank ?? Number.MAX_SAFE_INTEGER;
  }

  #addRows(rows: readonly JsonRecord[]): void {
    const own = rows.some((row) => currentVersionValueOf(textField(row, 'name') ?? '') !== undefined);
    for (const row of rows) this.#addRow(row, own);
  }

  get(key: string, name: string): string | undefined {
    return this.#values.get(`hkey_local_machine\\${key}\\${name}`.toLowerCase());
  }

  /** A value of `SOFTWARE\Microsoft\Windows NT\CurrentVersion`. */
  current(name: string): string | undefined {
    return this.#values.get(`${currentVersion}\\${name.toLowerCase()}`);
  }

  /** Whether the key itself, a value in it or a key below it was seen. */
  hasKey(key: string): boolean {
    const path = `hkey_local_machine\\${key}`.toLowerCase();
    return this.#keys.has(path) || [...this.#keys].some((each) => each.startsWith(`${path}\\`));
  }

  /** Every path that was seen, in lower case. */
  paths(): Iterable<string> {
    return this.#keys;
  }

  valueAt(path: string): string | undefined {
    return this.#values.get(path);
  }

  #addRow(row: JsonRecord, own: boolean): void {
    const data = textField(row, 'data');
    const path = pathOf(row) ?? (own ? pathWithoutKey(row) : undefined);
    if (path !== undefined) this.#keep(path, data);
    for (const column of Object.keys(row)) {
      const name = currentVersionValueOf(column, true);
      const isOwn = currentVersionValueOf(column) !== undefined;
      if (name === undefined || (!isOwn && !isOfWindows(row))) continue;
      this.#keep(`${currentVersion}\\${name.toLowerCase()}`, textField(row, column));
    }
  }

  #keep(path: string, data: string | undefined): void {
    this.#keys.add(path);
    if (data !== undefined && !this.#values.has(path)) this.#values.set(path, data);
  }
}

/** `key` and `name` where both are told, since a column of that name may be the name of a file elsewhere; else `path`. */
function pathOf(row: JsonRecord): string | undefined {
  const key = textField(row, 'key');
  const name = textField(row, 'name');
  const path = key !== undefined && name !== undefined ? `${key}\\${name}` : (textField(row, 'path') ?? key);
  if (path === undefined) return undefined;
  return path
    .replace(/^HKLM(?=\\|$)/i, 'HKEY_LOCAL_MACHINE')
    .replace(/\\+$/, '')
    .toLowerCase()
    .replace('\\wow6432node\\', '\\');
}

function pathWithoutKey(row: JsonRecord): string | undefined {
  const name = currentVersionValueOf(textField(row, 'name') ?? '', true);
  return name === undefined ? undefined : `${currentVersion}\\${name.toLowerCase()}`;
}

/** Whether the row speaks of the system: `display_version` of a program says nothing here. */
function isOfWindows(row: JsonRecord): boolean {
  return (
    fieldOf(row, 'platform', 'major', 'build') !== undefined ||
    Object.keys(row).some((column) => currentVersionValueOf(column) !== undefined)
  );
}
