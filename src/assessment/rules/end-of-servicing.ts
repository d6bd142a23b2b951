import type { KbNumber } from '../../terms/kb-number.ts';
import type { LinePackage } from './cumulative-line.ts';

/** The last package of a line that later documents no longer continue. */
export interface EndOfServicing {
  readonly place: number;
  readonly kb: KbNumber;
  readonly releasedOn: string;
}

/** Where a line ended, as of a date; `undefined` while it goes on. `documents`: those that name an update of Windows. */
export function endOfServicing(
  packages: readonly LinePackage[],
  documents: readonly { readonly initialReleaseAt: string }[],
  asOf: string | null,
): EndOfServicing | undefined {
  const place = packages.findLastIndex(({ offered }) => offered);
  const last = packages[place];
  if (last === undefined) return undefined;
  const later = documents.some(({ initialReleaseAt }) => {
    const releasedOn = initialReleaseAt.slice(0, 10);
    return releasedOn > last.releasedOn && (asOf === null || releasedOn <= asOf);
  });
  return later ? { place, kb: last.kb, releasedOn: last.releasedOn } : undefined;
}
