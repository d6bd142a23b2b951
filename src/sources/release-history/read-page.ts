import { tryParseKbNumber } from '../../terms/kb-number.ts';
import { DocumentError } from '../document-error.ts';
import { tryParseFeedDate } from '../publisher-date.ts';
import { readHtmlPage } from '../read-html-page.ts';
import type { HtmlPage } from '../read-html-page.ts';
import { kindOf } from './data.ts';
import type { HistoryRelease, ReadHistory } from './data.ts';

/**
 * The release-health pages of learn.microsoft.com: tables with the columns Servicing option, Update type (newer pages),
 * Availability date, Build, KB article. Other tables are passed by.
 * @throws {DocumentError} where no such table is there.
 */
export async function readReleasePage(source: string, html: string): Promise<ReadHistory> {
  const page = await pageOf(source, html);
  const releases: HistoryRelease[] = [];
  let tables = 0;
  for (const [head, ...rows] of page.tables) {
    const columns = head === undefined ? undefined : findColumns(head);
    if (columns === undefined) continue;
    tables += 1;
    for (const row of rows) {
      const release = readRow(row, columns);
      if (release !== undefined) releases.push(release);
    }
  }
  if (tables === 0)
    throw new DocumentError(
      source,
      'expected a table with the columns Availability date, Build and KB article, got none',
    );
  return { date: tryParseFeedDate((page.meta.get('updated_at') ?? '').slice(0, 10)), releases };
}

async function pageOf(source: string, html: string): Promise<HtmlPage> {
  try {
    return await readHtmlPage(html);
  } catch (error) {
    throw new DocumentError(source, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

interface Columns {
  readonly date: number;
  readonly build: number;
  readonly kb: number;
  /** -1 on pages that have no such column. */
  readonly type: number;
}

function findColumns(head: readonly string[]): Columns | undefined {
  const find = (name: RegExp): number => head.findIndex((cell) => name.test(cell));
  const columns = {
    date: find(/^availability date/i),
    build: find(/build$/i),
    kb: find(/^kb article/i),
    type: find(/^update type/i),
  };
  return columns.date < 0 || columns.build < 0 || columns.kb < 0 ? undefined : columns;
}

/** Rows without a KB are first releases of a version: no update brought them. */
function readRow(row: readonly string[], columns: Columns): HistoryRelease | undefined {
  const kb = tryParseKbNumber(row[columns.kb] ?? '');
  const build = /^(\d{5})\.(\d{1,5})$/.exec((row[columns.build] ?? '').trim());
  if (kb === undefined || build === null) return undefined;
  const date = tryParseFeedDate(row[columns.date] ?? '')?.slice(0, 10) ?? '';
  return { kb, build: Number(build[1]), ubr: Number(build[2]), kind: kindOf(row[columns.type] ?? ''), date };
}
