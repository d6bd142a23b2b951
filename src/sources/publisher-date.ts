import { isCalendarDate } from '../terms/calendar-date.ts';

/** Mail's form, of RSS: `Tue, 09 Jun 2026 17:00:00 GMT`. Source: RFC 2822, section 3.3. */
const mailDate =
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC?|[A-Z]{3}|[+-]\d{4})$/;
const isoDate = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?([zZ]|[+-]\d\d:?\d\d)?)?$/;

/**
 * A publisher's instant in UTC: `2026-06-30T14:00:00Z`, with a fraction where it has one. Without a zone it is UTC (MSRC's
 * dates come with and without `Z`), `+0000` is one, and a day is its first instant. `undefined` for what is no date.
 */
export function tryParseInstant(text: string): string | undefined {
  const trimmed = text.slice(0, 100).trim();
  if (mailDate.test(trimmed)) return instantOf(Date.parse(trimmed));
  const [, day = '', time = '00:00', zone = 'Z'] = isoDate.exec(trimmed.replaceAll('/', '-')) ?? [];
  if (!isCalendarDate(day)) return undefined;
  return instantOf(Date.parse(`${day}T${time}${zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2').toUpperCase()}`));
}

/** The same to the second; but a day, `2026-06-30` or `2026/06/30`, stays a day. */
export function tryParseFeedDate(text: string): string | undefined {
  const day = text.slice(0, 100).trim().replaceAll('/', '-');
  return isCalendarDate(day) ? day : tryParseInstant(text)?.replace(/\.\d+Z$/, 'Z');
}

/** The latest of some dates, each `undefined` where it could not be read. */
export function latestDate(dates: Iterable<string | undefined>): string | undefined {
  let latest: string | undefined;
  for (const date of dates) if (date !== undefined && date > (latest ?? '')) latest = date;
  return latest;
}

function instantOf(time: number): string | undefined {
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}
