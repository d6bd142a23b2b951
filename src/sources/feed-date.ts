import { isCalendarDate } from '../terms/calendar-date.ts';

/**
 * A publisher's instant as UTC without fractions, `2026-06-30T14:00:00Z`; a day stays a day. Without a zone it is UTC, and
 * `+0000` is one. `undefined` for what is no date.
 */
export function tryParseFeedDate(text: string): string | undefined {
  const trimmed = text.trim().replaceAll('/', '-').slice(0, 40);
  if (isCalendarDate(trimmed)) return trimmed;
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(trimmed)) return undefined;
  const zoned = trimmed.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const time = Date.parse(/(?:[zZ]|[+-]\d\d:\d\d)$/.test(zoned) ? zoned : `${zoned}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The latest of some dates, each `undefined` where it could not be read. */
export function latestDate(dates: Iterable<string | undefined>): string | undefined {
  let latest: string | undefined;
  for (const date of dates) if (date !== undefined && date > (latest ?? '')) latest = date;
  return latest;
}
