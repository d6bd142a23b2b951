import { tryParseKbNumber } from '../../terms/kb-number.ts';
import { isCalendarDate } from '../../terms/calendar-date.ts';
import { DocumentError } from '../document-error.ts';
import { tryParseFeedDate } from '../publisher-date.ts';
import { asList, asObject, asText, parseFeedJson, shown } from '../json-value.ts';
import { kindOf } from './data.ts';
import type { HistoryRelease, ReadHistory } from './data.ts';

const expected = 'a release history in JSON ("rows" of build, ubr, kb, side, date, kind; or "data" of DataForGeeks)';

/**
 * Our own table, `{ "date"?, "columns", "rows": [[26100, 8655, 5094126, "client", "2026-06-09", "standard"], …] }`, or
 * the list that altrhombus/DataForGeeks keeps (`win-buildnumbers.json`).
 * @throws {DocumentError}
 */
export function readHistoryJson(source: string, bytes: Uint8Array): ReadHistory {
  const root = asObject(parseFeedJson(source, bytes, expected));
  if (Array.isArray(root?.['rows'])) {
    return { date: tryParseFeedDate(asText(root['date'])), releases: asList(root['rows']).flatMap(readOwnRow) };
  }
  if (Array.isArray(root?.['data'])) {
    const date = tryParseFeedDate(asText(asObject(root['metadata'])?.['lastModified']));
    return { date, releases: asList(root['data']).flatMap(readListedRow) };
  }
  throw new DocumentError(source, `expected ${expected}, got ${shown(root)}`);
}

function readOwnRow(value: unknown): readonly HistoryRelease[] {
  const [build, ubr, kb, , date, kind] = asList(value);
  return release(`${asText(build)}.${asText(ubr)}`, { kb: asText(kb), date: asText(date), kind: asText(kind) });
}

function readListedRow(value: unknown): readonly HistoryRelease[] {
  const row = asObject(value) ?? {};
  const [kb, date, kind] = [asText(row['kb_article']), asText(row['release_date']), asText(row['release_type'])];
  return release(asText(row['build']), { kb, date, kind });
}

function release(
  text: string,
  { kb, date, kind }: { readonly kb: string; readonly date: string; readonly kind: string },
): readonly HistoryRelease[] {
  const number = tryParseKbNumber(kb);
  const build = /^(\d{5})\.(\d{1,5})$/.exec(text);
  if (number === undefined || build === null) return [];
  const day = isCalendarDate(date) ? date : '';
  return [{ kb: number, build: Number(build[1]), ubr: Number(build[2]), kind: kindOf(kind), date: day }];
}
