/** How numbers and dates are written in a language. */
export interface Formats {
  number(value: number): string;
  /** 0.0432 → 4.3 % */
  share(value: number): string;
  /** 2026-06-30, which is a day in UTC. */
  day(value: string): string;
  /** Without its year. */
  dayOfYear(value: string): string;
  /** An instant, in the reader's own time zone. */
  instant(value: string): string;
  list(values: readonly string[]): string;
  /** `2026-Jun`, as MSRC names a month. */
  month(value: string): string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function formatsOf(locale: string): Formats {
  const numbers = new Intl.NumberFormat(locale);
  const shares = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const daysOfYear = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const lists = new Intl.ListFormat(locale, { type: 'unit' });
  const yearMonths = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', timeZone: 'UTC' });
  return {
    number: (value) => numbers.format(value),
    share: (value) => shares.format(value),
    day: (value) => (isDate(value) ? days.format(new Date(value)) : value),
    dayOfYear: (value) => daysOfYear.format(new Date(value)),
    instant: (value) => (isDate(value) ? instants.format(new Date(value)) : value),
    list: (values) => lists.format(values),
    month(value) {
      const [, year, name = '', rest] = /^(\d{4})-([A-Z][a-z]{2})(.*)$/.exec(value) ?? [];
      const month = months.indexOf(name);
      return year === undefined || month === -1 || rest !== ''
        ? value
        : yearMonths.format(new Date(Date.UTC(Number(year), month, 15)));
    },
  };
}

/** What no calendar has is shown as it came. */
function isDate(value: string): boolean {
  return !Number.isNaN(Date.parse(value));
}
