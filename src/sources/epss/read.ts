import type { SetAsideRecord } from '../../catalogue/advisory-document.ts';
import { DocumentError } from '../document-error.ts';
import { tryParseFeedDate } from '../feed-date.ts';
import { feedText, shown } from '../json-value.ts';
import { endsWithLine } from '../line-end.ts';
import type { Feed } from '../source.ts';
import { epssKey, epssUnit } from './data.ts';
import type { EpssData } from './data.ts';

/** Every CVE has a score; there are some 300,000. */
const mostRows = 3_000_000;
/** A line that is no score costs itself; so many mean that the file is none. */
const mostSetAside = 1000;

/**
 * The day comes from the comment line, `#model_version:v2025.03.14,score_date:2026-06-30T12:55:00Z`, or where that is
 * missing from the file's name, `epss_scores-2026-06-30.csv.gz`.
 * @throws {DocumentError}
 */
export function readEpss(source: string, bytes: Uint8Array): Feed<EpssData> {
  const text = feedText(bytes);
  const head = readHead(source, text);
  if (!endsWithLine(text)) throw new DocumentError(source, 'expected a last line that ends, got a file that is cut');
  const rows: [key: number, score: number, percentile: number][] = [];
  const setAside: SetAsideRecord[] = [];
  let line = head.lines;
  for (let at = head.end; at < text.length;) {
    const next = text.indexOf('\n', at);
    const end = next === -1 ? text.length : next;
    line += 1;
    const row = readRow(text.slice(at, end));
    if (row !== undefined) rows.push(row);
    else if (text.slice(at, end).trim() !== '') {
      const reason = `expected CVE,EPSS,percentile, got ${shown(text.slice(at, end))}`;
      setAside.push({ document: 'epss', element: `line ${line}`, reason });
    }
    if (rows.length > mostRows) throw new DocumentError(source, `holds more than ${mostRows} scores`);
    if (setAside.length > mostSetAside)
      throw new DocumentError(
        source,
        `more than ${mostSetAside} lines are no scores, the first: ${setAside[0]?.reason}`,
      );
    at = end + 1;
  }
  if (rows.length === 0)
    throw new DocumentError(source, 'expected scores below the line cve,epss,percentile, got none');
  return { date: head.date, version: head.version, data: toColumns(rows), setAside };
}

function readHead(
  source: string,
  text: string,
): { readonly date: string; readonly version: string | null; readonly end: number; readonly lines: number } {
  let at = 0;
  let lines = 0;
  let comment = '';
  for (;;) {
    const next = text.indexOf('\n', at);
    const line = text.slice(at, Math.min(next === -1 ? text.length : next, at + 4000)).trim();
    lines += 1;
    at = next === -1 ? text.length : next + 1;
    if (line.startsWith('#')) comment += `,${line.slice(1)}`;
    else if (/^cve,epss(?:,percentile)?\b/i.test(line)) break;
    if (at >= text.length || (line !== '' && !line.startsWith('#')) || lines > 100)
      throw new DocumentError(source, `expected a line with the columns cve,epss,percentile, got ${shown(line)}`);
  }
  const dated = /score_date:([^,\s]+)/i.exec(comment)?.[1] ?? /epss_scores-(\d{4}-\d\d-\d\d)/.exec(source)?.[1] ?? '';
  const date = tryParseFeedDate(dated)?.slice(0, 10);
  if (date === undefined)
    throw new DocumentError(
      source,
      `expected a first line such as #model_version:v2025.03.14,score_date:2026-06-30T00:00:00Z, got ${shown(comment.slice(1))}`,
    );
  return { date, version: /model_version:([^,\s]+)/i.exec(comment)?.[1] ?? null, end: at, lines };
}

function readRow(line: string): [key: number, score: number, percentile: number] | undefined {
  const [cve = '', score = '', percentile = ''] = line.trimEnd().split(',');
  const key = epssKey(cve.trim().toUpperCase());
  const share = shareOf(score);
  if (key === undefined || share === undefined) return undefined;
  return [key, share, shareOf(percentile) ?? 0];
}

/** `0.94320` as 94,320 hundred-thousandths. */
function shareOf(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return value >= 0 && value <= 1 ? Math.round(value * epssUnit) : undefined;
}

function toColumns(rows: [key: number, score: number, percentile: number][]): EpssData {
  rows.sort((a, b) => a[0] - b[0]);
  const unique = rows.filter(([key], index) => key !== rows[index + 1]?.[0]);
  return {
    keys: Int32Array.from(unique, ([key]) => key),
    scores: Int32Array.from(unique, ([, score]) => score),
    percentiles: Int32Array.from(unique, ([, , percentile]) => percentile),
  };
}
