import { tryParseReleaseId } from './release-id.ts';
import type { ReleaseId } from './release-id.ts';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const dayMs = 24 * 60 * 60 * 1000;

/** The second Tuesday of a month (0 to 11) as a UTC date, `2026-06-09`: when Microsoft publishes its updates, at 17:00 or 18:00. */
export function patchTuesdayOf(year: number, month: number): string {
  const weekday = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return new Date(Date.UTC(year, month, 8 + ((9 - weekday) % 7))).toISOString().slice(0, 10);
}

/** The latest second Tuesday that is wholly over at `now`, as a UTC date. */
export function lastPatchTuesday(now: Date): string {
  const [latest] = pastPatchTuesdays(now, 1);
  return latest?.day ?? '';
}

/** A second Tuesday, and the id that its month's document has by the publisher's rule. */
export interface PastPatchTuesday {
  /** UTC date. */
  readonly day: string;
  readonly releaseId: ReleaseId;
}

/** The last `count` second Tuesdays that are wholly over at `now`, newest first. */
export function pastPatchTuesdays(now: Date, count: number): readonly PastPatchTuesday[] {
  const found: PastPatchTuesday[] = [];
  for (let back = 0; found.length < count; back++) {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    const [year, month] = [first.getUTCFullYear(), first.getUTCMonth()];
    const day = patchTuesdayOf(year, month);
    const releaseId = tryParseReleaseId(`${year}-${monthNames[month] ?? ''}`);
    if (releaseId !== undefined && Date.parse(day) + dayMs <= now.getTime()) found.push({ day, releaseId });
  }
  return found;
}
