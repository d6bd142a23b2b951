import { lastPatchTuesday } from '../terms/patch-tuesday.ts';
import type { CatalogueReach } from './catalogue.ts';

/** After this many days updates that it does not know have been published for certain. */
const staleAfterDays = 35;

/** `no-release`: it holds no complete document. `too-old`: 35 days. `patch-tuesday-passed`: since its newest release. */
export type StalenessReason = 'no-release' | 'too-old' | 'patch-tuesday-passed';

/** Why a catalogue cannot know all that has been published, and what there is to know of it. */
export interface Staleness {
  readonly reason: StalenessReason;
  /** One sentence without a full stop. */
  readonly text: string;
}

/** Whole days since the catalogue's newest revision, 0 where the clock is behind it; `null` without complete documents. */
export function ageDays({ currentTo }: CatalogueReach, now: Date): number | null {
  return currentTo === null ? null : Math.max(0, Math.floor((now.getTime() - Date.parse(currentTo)) / 86_400_000));
}

/** `undefined` for a catalogue that may know everything. A Patch Tuesday counts once its day (UTC) is over. */
export function findStaleness(reach: CatalogueReach, now: Date): Staleness | undefined {
  const age = ageDays(reach, now);
  if (age === null || reach.newestReleasedOn === null) {
    return { reason: 'no-release', text: 'the catalogue holds no complete document' };
  }
  if (age > staleAfterDays) {
    return { reason: 'too-old', text: `the catalogue is ${age} days old: updates published since are not known to it` };
  }
  const tuesday = lastPatchTuesday(now);
  if (reach.newestReleasedOn >= tuesday) return undefined;
  const text = `the updates of ${tuesday} are not in the catalogue, whose newest release is of ${reach.newestReleasedOn}`;
  return { reason: 'patch-tuesday-passed', text };
}
