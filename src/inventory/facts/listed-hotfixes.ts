import { parseJson } from '../text/json-text.ts';
import { tryParseKbNumber } from '../../terms/kb-number.ts';
import { inOrder } from '../installed-update.ts';
import type { InstalledUpdate } from '../installed-update.ts';
import { fieldOf, isRecord, textField } from '../text/loose-json.ts';
import type { JsonRecord } from '../text/loose-json.ts';
import { parseFileTime } from './file-time.ts';
import { parseInstallDay } from './install-day.ts';

const deepest = 8;
const mostSeen = 200_000;

/**
 * Rows of the update list that Windows keeps (`HotFixID` of Get-HotFix), wherever they stand in somebody's JSON, also as
 * JSON in the `stdout` of a command.
 */
export function listedHotfixes(values: readonly unknown[]): readonly InstalledUpdate[] {
  const found: InstalledUpdate[] = [];
  let seen = 0;
  const walk = (value: unknown, key: string, depth: number): void => {
    seen += 1;
    if (depth > deepest || seen > mostSeen) return;
    if (key === 'stdout') for (const each of jsonIn(value)) walk(each, '', depth + 1);
    if (typeof value !== 'object' || value === null) return;
    if (isRecord(value)) found.push(...hotfixOf(value));
    for (const [innerKey, inner] of Object.entries(value))
      if (innerKey !== 'hostvars') walk(inner, innerKey, depth + 1);
  };
  for (const value of values) walk(value, '', 0);
  return inOrder(found);
}

function hotfixOf(record: JsonRecord): readonly InstalledUpdate[] {
  const kb = tryParseKbNumber(textField(record, 'HotFixID', 'HotFixId', 'hotfix_id', 'hotfixid') ?? '');
  if (kb === undefined) return [];
  return [{ kb, installedOn: installedDay(fieldOf(record, 'InstalledOn', 'installed_on')), state: 'installed' }];
}

/** The day of an installation as `parseInstallDay` has it, or of a file time. */
export function installedDay(value: unknown): string | undefined {
  return parseInstallDay(value) ?? (typeof value === 'string' ? parseFileTime(value)?.slice(0, 10) : undefined);
}

function jsonIn(stdout: unknown): readonly unknown[] {
  const text = typeof stdout === 'string' ? stdout.trim() : '';
  if (!/^[[{]/.test(text) || text.length > 5_000_000) return [];
  try {
    return [parseJson(text)];
  } catch {
    return [];
  }
}
