/** Years in which a report can have been made; a number outside is no time. */
const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/**
 * A time of a report as UTC, `2026-06-10T08:00:00.000Z`: ISO 8601 (without a zone it is taken as UTC), seconds or
 * milliseconds since 1970 as number or digits, `/Date(1718006400000)/` of Windows PowerShell. `undefined` for what only a
 * locale explains (`6/10/2026`, `10.06.2026`) and for what is no time.
 */
export function parseInstant(value: unknown): string | undefined {
  const time = timeOf(value);
  return time === undefined || time < earliest || time >= latest ? undefined : new Date(time).toISOString();
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return epochOf(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{9,14}(?:\.\d+)?$/.test(text)) return epochOf(Number(text));
  const dotnet = /^\\?\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?\/$/.exec(text)?.[1];
  if (dotnet !== undefined) return Number(dotnet);
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (iso === null) return undefined;
  const [, date = '', clock = '00:00', fraction = '0', zone = 'Z'] = iso;
  const spelled = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const time = Date.parse(`${date}T${clock}${clock.length === 5 ? ':00' : ''}.${fraction.slice(0, 3)}${spelled}`);
  return Number.isNaN(time) ? undefined : time;
}

/** Seconds until the year 2286, milliseconds from 1970-04 on: the two never meet for a report. */
function epochOf(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return value < 1e10 ? value * 1000 : value;
}

/** The day of such a time, `2026-06-10`. */
export function parseDay(value: unknown): string | undefined {
  return parseInstant(value)?.slice(0, 10);
}
