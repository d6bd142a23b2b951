import { tryParseKbNumber } from '../../terms/kb-number.ts';
import { DocumentError } from '../document-error.ts';
import { latestDate, tryParseFeedDate } from '../publisher-date.ts';
import { kindOf } from './data.ts';
import type { HistoryRelease, ReadHistory } from './data.ts';

const longestTitle = 500;
const deepest = 100;

/**
 * The update histories of support.microsoft.com as Atom or RSS: each entry's title names day, update and builds, `June 10,
 * 2026—KB5094126 (OS Build 26100.8655)`, `… (OS Builds 19044.3 and 19045.3) Preview`. Other entries are passed by.
 * @throws {DocumentError} where the text is not well-formed XML, or holds a document type declaration.
 */
export async function readFeedEntries(source: string, text: string): Promise<ReadHistory> {
  const { SaxesParser } = await import('saxes'); // loaded here: most of what is run reads no XML
  const titles: string[] = [];
  const updated: (string | undefined)[] = [];
  const parser = new SaxesParser({ xmlns: false, position: false });
  let inEntry = 0;
  let depth = 0;
  let collected: string | undefined;
  parser.on('error', (error) => {
    throw new DocumentError(source, `expected well-formed XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new DocumentError(source, 'holds a document type declaration, which no feed needs');
  });
  parser.on('opentag', ({ name }) => {
    depth += 1;
    if (depth > deepest) throw new DocumentError(source, `elements nest deeper than ${deepest}`);
    if (isEntry(name)) inEntry += 1;
    collected = /^(?:title|updated|pubDate|lastBuildDate)$/.test(name) ? '' : undefined;
  });
  const collect = (piece: string): void => {
    if (collected !== undefined && collected.length < longestTitle) collected += piece;
  };
  parser.on('text', collect);
  parser.on('cdata', collect);
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    if (isEntry(name)) inEntry -= 1;
    else if (collected !== undefined && name === 'title' && inEntry > 0) titles.push(collected);
    else if (collected !== undefined && name !== 'title') updated.push(tryParseFeedDate(collected));
    collected = undefined;
  });
  parser.write(text).close();
  return { date: latestDate(updated), releases: titles.flatMap(parseTitle) };
}

function isEntry(name: string): boolean {
  return name === 'entry' || name === 'item';
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The releases that a title names, one per build. */
export function parseTitle(title: string): readonly HistoryRelease[] {
  const text = title.slice(0, longestTitle).replace(/\s+/g, ' ').trim();
  const builds = /\(OS Builds? ([^()]*)\)/i.exec(text);
  const kb = tryParseKbNumber(/\bKB ?(\d{6,7})\b/i.exec(text)?.[1] ?? '');
  if (builds === null || kb === undefined) return [];
  const date = parseDay(text);
  const rest = text.replace(builds[0], ' ');
  // The monthly release is the one whose title says nothing else, on the second Tuesday.
  const kind = kindOf(rest) || (isPatchTuesday(date) ? 'standard' : '');
  return [...(builds[1] ?? '').matchAll(/\b(\d{5})\.(\d{1,5})\b/g)].map(([, build, ubr]) => ({
    kb,
    build: Number(build),
    ubr: Number(ubr),
    kind,
    date,
  }));
}

/** `June 10, 2026` at the beginning; `''` where there is none. */
function parseDay(text: string): string {
  const [, name = '', day = '', year = ''] = /^([A-Z][a-z]{2,9})\.? (\d{1,2}), (\d{4})/.exec(text) ?? [];
  const month = months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  if (month === 0) return '';
  return tryParseFeedDate(`${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`) ?? '';
}

function isPatchTuesday(date: string): boolean {
  const day = Number(date.slice(8));
  return date !== '' && day >= 8 && day <= 14 && new Date(`${date}T00:00:00Z`).getUTCDay() === 2;
}
