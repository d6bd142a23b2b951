import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

interface Released {
  readonly kb: KbNumber;
  readonly releasedOn: string;
}

/** Oldest first; of one day by `within`, where a line has an order of its own, then by KB number. */
export function compareReleases<T extends Released>(a: T, b: T, within: (a: T, b: T) => number = () => 0): number {
  if (a.releasedOn !== b.releasedOn) return a.releasedOn < b.releasedOn ? -1 : 1;
  return within(a, b) || compareKbNumbers(a.kb, b.kb);
}
