import type { CatalogueReach } from '../catalogue/catalogue.ts';
import { ageDays, findStaleness } from '../catalogue/staleness.ts';
import type { Staleness } from '../catalogue/staleness.ts';

/** One line that says which catalogue judged and how old it is, and a warning where that is too old. */
export function catalogueLine(reach: CatalogueReach, starter: boolean, now: Date): string {
  const age = ageDays(reach, now);
  const kind = starter ? 'starter catalogue' : 'catalogue';
  const line = `${kind} to ${reach.newestRelease ?? 'no release'}, ${age === null ? 'of unknown age' : `${age} days old`}`;
  return [line, ...staleWarning(findStaleness(reach, now))].join('\n');
}

/** A line where the catalogue is too old, else none. It goes with every verdict, also where nothing else is to be said. */
export function staleWarning(stale: Staleness | undefined): readonly string[] {
  return stale === undefined ? [] : [`warning: ${stale.text} (kbgap catalog sync)`];
}
