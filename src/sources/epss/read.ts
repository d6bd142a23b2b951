import type { SetAsideRecord } from '../../catalogue/advisory-document.ts';
import { DocumentError } from '../document-error.ts';
import { tryParseFeedDate } from '../publisher-date.ts';
import { feedText, shown } from '../json-value.ts';
import { endsWithLine } from '../line-end.ts';
import { readCsv } from '../read-csv.ts';
import type { Feed } from '../source.ts';
import { epssKey, epssUnit } from './data.ts';
import type { EpssData } from './data.ts';

/** Every CVE has a score; there are some 300,000. */
const mostRows = 3_000_000;
/** A row that is no score costs itself; so many mean that the file is none. */
const mostSetAside = 1000;
/** Characters of the comments at the beginning; today's have some 60. */
const longestComment = 4000;

type Score = readonly [key: number, score: number, percentile: number];

/**
 * The day comes from the comment line, `#model_version:v2025.03.14,score_date:2026-06-30T12:55:00Z`, or where that is
 * missing from the file's name, `epss_scores-2026-06-30.csv.gz`.
 * @throws {DocumentError}
 */
export async function readEpss(source: string, bytes: Uint8Array): Promise<Feed<EpssData>> {
  const text = feedText(bytes);
  if (!endsWithLine(text)) throw new DocumentError(source, 'expected a last line that ends, got a file that is cut');
  const { date, version } = readComment(source, text);
  const scores: Score[] = [];
  const setAside: SetAsideRecord[] = [];
  let rows = 0;
  const take = (cells: readonly string[]): void => {
    if (rows++ === 0) return refuseOtherColumns(cells);
    const score = readScore(cells);
    if (score !== undefined) scores.push(score);
    else setAside.push({ document: 'epss', element: `row ${rows}`, reason: expectedScore(cells) });
    if (scores.length > mostRows) throw new Error(`holds more than ${mostRows} scores`);
    if (setAside.length > mostSetAside)
      throw new Error(`more than ${mostSetAside} rows are no scores, the first: ${setAside[0]?.reason}`);
  };
  try {
    await readCsv(text, take);
  } catch (error) {
    throw new DocumentError(source, error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (scores.length === 0)
    throw new DocumentError(source, 'expected scores below the line cve,epss,percentile, got none');
  return { date, version, data: toColumns(scores), setAside };
}

function readComment(source: string, text: string): { readonly date: string; readonly version: string | null } {
  const comment = /^(?:\s*#[^\n]*\n)*/.exec(text.slice(0, longestComment))?.[0] ?? '';
  const dated = /score_date:([^,\s]+)/i.exec(comment)?.[1] ?? /epss_scores-(\d{4}-\d\d-\d\d)/.exec(source)?.[1] ?? '';
  const date = tryParseFeedDate(dated)?.slice(0, 10);
  if (date === undefined)
    throw new DocumentError(
      source,
      `expected a first line such as #model_version:v2025.03.14,score_date:2026-06-30T00:00:00Z, got ${shown(text.slice(0, longestComment).split('\n')[0])}`,
    );
  return { date, version: /model_version:([^,\s]+)/i.exec(comment)?.[1] ?? null };
}

function refuseOtherColumns(cells: readonly string[]): void {
  const [cve, epss] = cells.map((cell) => cell.trim().toLowerCase());
  if (cve !== 'cve' || epss !== 'epss')
    throw new Error(`expected a line with the columns cve,epss,percentile, got ${shown(cells.join(','))}`);
}

function readScore([cve = '', score = '', percentile = '']: readonly string[]): Score | undefined {
  const key = epssKey(cve.trim().toUpperCase());
  const share = shareOf(score);
  if (key === undefined || share === undefined) return undefined;
  return [key, share, shareOf(percentile) ?? 0];
}

function expectedScore(cells: readonly string[]): string {
  return `expected CVE,EPSS,percentile, got ${shown(cells.join(','))}`;
}

/** `0.94320` as 94,320 hundred-thousandths. */
function shareOf(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return value >= 0 && value <= 1 ? Math.round(value * epssUnit) : undefined;
}

function toColumns(rows: Score[]): EpssData {
  rows.sort((a, b) => a[0] - b[0]);
  const unique = rows.filter(([key], index) => key !== rows[index + 1]?.[0]);
  return {
    keys: Int32Array.from(unique, ([key]) => key),
    scores: Int32Array.from(unique, ([, score]) => score),
    percentiles: Int32Array.from(unique, ([, , percentile]) => percentile),
  };
}
