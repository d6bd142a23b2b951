import type { KbNumber } from '../terms/kb-number.ts';
import { knownReleases } from './build-history.ts';

/**
 * How an update came: `B`, the monthly security release on the second Tuesday; `preview`, the optional one of later in
 * the month; `out-of-band`; `hotpatch`, which needs no restart.
 */
export type ReleaseType = 'B' | 'preview' | 'out-of-band' | 'hotpatch';

/** A kind in the words of our table and of Microsoft's pages; `undefined` where it says nothing. */
export function releaseTypeOf(kind: string): ReleaseType | undefined {
  if (/hotpatch/i.test(kind)) return 'hotpatch';
  if (/out-?of-?band|\boob\b/i.test(kind)) return 'out-of-band';
  if (/preview|\b[CD]\b/i.test(kind)) return 'preview';
  return /^(?:standard|b)$|\bB\b/i.test(kind) ? 'B' : undefined;
}

let types: ReadonlyMap<string, ReleaseType> | undefined;

/** By the table that comes with kbgap: Windows 10, 11 and Server 2016 and later. */
export function findReleaseType(kb: KbNumber): ReleaseType | undefined {
  types ??= new Map(
    knownReleases().flatMap((release) => {
      const type = releaseTypeOf(release.kind);
      return type === undefined ? [] : [[release.kb, type]];
    }),
  );
  return types.get(kb);
}
