const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A time as Tenable's products write it with its zone, `Nov 21, 2023 10:11:12 UTC`, in ISO 8601. `undefined` for other zones and for
 * times that name none: they are the scanner's own.
 */
export function parseScanTime(text: string): string | undefined {
  const found = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d\d):(\d\d):(\d\d) (?:UTC|GMT|Z)$/.exec(text.trim());
  if (found === null) return undefined;
  const month = months.indexOf((found[1] ?? '').toLowerCase());
  const [day = 0, year = 0, hour = 0, minute = 0, second = 0] = found.slice(2).map(Number);
  return month === -1 ? undefined : new Date(Date.UTC(year, month, day, hour, minute, second)).toISOString();
}
