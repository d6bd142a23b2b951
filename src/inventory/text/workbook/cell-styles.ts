import type { WorkbookParts } from './open-workbook.ts';
import { streamXml } from './stream-xml.ts';

/** Formats of dates and times that need no definition. Source: ECMA-376 part 1, 18.8.30 (numFmt). */
function isBuiltInDate(format: number): boolean {
  return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47);
}

/** Places of the cell styles that show a number as a date or time. @throws {InventoryFormatError} */
export function dateStyles(source: string, parts: WorkbookParts): ReadonlySet<number> {
  const defined = new Map<number, string>();
  const dates = new Set<number>();
  let inCellFormats = false;
  let count = 0;
  streamXml(source, parts.get('xl/styles.xml') ?? '<styleSheet/>', {
    open(name, attributes) {
      if (name === 'numFmt') defined.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      if (name === 'cellXfs') inCellFormats = true;
      if (name !== 'xf' || !inCellFormats) return;
      const format = Number(attributes['numFmtId'] ?? '0');
      const code = defined.get(format);
      if (code === undefined ? isBuiltInDate(format) : isDateCode(code)) dates.add(count);
      count += 1;
    },
    close(name) {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return dates;
}

/** Letters of days and years outside of quotes, colours and conditions. */
function isDateCode(code: string): boolean {
  const bare = code
    .slice(0, 500)
    .replace(/"[^"]*"/g, '')
    .replace(/\\./g, '')
    .replace(/\[[^\]]*\]/g, '');
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare);
}

/** `2024-10-15` or `2024-10-15T10:00:00Z` of a number of days since 1900 or 1904; `undefined` for what is no day of ours. */
export function dateOfSerial(serial: number, from1904 = false): string | undefined {
  // Day 60 of 1900 is a day that never was; from 1 March 1900 on this is right.
  const days = from1904 ? serial + 1462 : serial;
  if (!(days >= 36526 && days < 73051)) return undefined;
  const time = new Date(Math.round((days - 25569) * 86_400) * 1000).toISOString();
  return time.endsWith('T00:00:00.000Z') ? time.slice(0, 10) : `${time.slice(0, 19)}Z`;
}
