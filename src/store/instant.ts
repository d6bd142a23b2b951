/** An instant of a filter, brought to the form in which instants are kept. */
export interface Instant {
  /** `2018-08-02T14:55:03.779Z`: always 24 characters, so that text order is time order. */
  readonly iso: string;
  /** Whether `iso` is the whole of it: Defender writes seven decimals, kept are three. */
  readonly isExact: boolean;
}

const pattern = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)?$/i;

/**
 * `2019-11-22T00:00:00Z`, `2018-08-02T14:55:03.7791856Z`, `2018-08-01Z`, `2018-08-01`, with an offset or without (then
 * UTC); `undefined` for anything else, also for the 31st of June.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [, date = '', time = '00:00', decimals = '', zone = 'Z'] = match;
  if (!isCalendarDate(date)) return undefined;
  const milliseconds = Date.parse(
    `${date}T${time}${decimals === '' ? '' : `.${decimals.slice(0, 3)}`}${zone.toUpperCase()}`,
  );
  if (Number.isNaN(milliseconds)) return undefined;
  const iso = new Date(milliseconds).toISOString();
  return iso.length === 24 ? { iso, isExact: !/[1-9]/.test(decimals.slice(3)) } : undefined;
}

/** `Date.parse` reads the 31st of June as the 1st of July. */
function isCalendarDate(date: string): boolean {
  const milliseconds = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(date);
}

/** `instant`, or a millisecond after `last` where that is as late: what must not be alike by instant is told apart so. */
export function laterThan(last: unknown, instant: string): string {
  return typeof last === 'string' && last >= instant ? new Date(Date.parse(last) + 1).toISOString() : instant;
}
