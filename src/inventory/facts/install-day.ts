import { isRecord, textOf } from '../text/loose-json.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The day on which an update was installed, as the device's own calendar has it: `2024-01-10` out of ISO 8601 (whatever its
 * zone), `20240110`, or `/Date(1704841200000)/` of Windows PowerShell, plain or under `value`. Windows keeps days only, so
 * that such a time is midnight on the device. `undefined` for what only a locale explains (`1/10/2024`).
 */
export function parseInstallDay(value: unknown): string | undefined {
  if (isRecord(value)) {
    const ms = millisecondsOf(textOf(value['value']) ?? '');
    const shown = textOf(value['DateTime']);
    if (ms !== undefined) return dayOf(midnightNear(ms, shown));
    return parseInstallDay(textOf(value['value']) ?? shown);
  }
  const text = textOf(value) ?? '';
  const ms = millisecondsOf(text);
  if (ms !== undefined) return dayOf(midnightNear(ms, undefined));
  const written = /^(\d{4})-?(\d\d)-?(\d\d)(?:$|[T ])/.exec(text);
  return written === null ? undefined : dayOf(Date.parse(`${written[1]}-${written[2]}-${written[3]}T00:00:00Z`));
}

function millisecondsOf(text: string): number | undefined {
  const digits = /^\\?\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?\/$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The device's zone is not told: its midnight is the nearest one, unless the day of the month that is shown says otherwise. */
function midnightNear(ms: number, shown: string | undefined): number {
  const nearest = Math.floor((ms + dayMs / 2) / dayMs) * dayMs;
  const numbers = new Set((shown?.match(/\d+/g) ?? []).map(Number));
  const said = [nearest, nearest - dayMs, nearest + dayMs].find((day) => numbers.has(new Date(day).getUTCDate()));
  return said ?? nearest;
}

/** Days of updates: Windows XP is of 2001. */
function dayOf(ms: number): string | undefined {
  if (!(ms >= Date.UTC(2001, 0, 1) && ms < Date.UTC(2100, 0, 1))) return undefined;
  return new Date(ms).toISOString().slice(0, 10);
}
