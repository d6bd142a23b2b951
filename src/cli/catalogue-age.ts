import type { CatalogueReach } from '../catalogue/catalogue.ts';
import { ageDays, findStaleness } from '../catalogue/staleness.ts';

/** One line that says which catalogue judged and how old it is, and a warning where that is too old. */
export function catalogueLine(reach: CatalogueReach, starter: boolean, now: Date): string {
  const age = ageDays(reach, now);
  const kind = starter ? 'starter catalogue' : 'catalogue';
  const stale = findStaleness(reach, now);
  const warning = stale === undefined ? '' : `\nwarning: ${stale.text} (kbgap catalog sync)`;
  return `${kind} to ${reach.newestRelease ?? 'no release'}, ${age === null ? 'of unknown age' : `${age} days old`}${warning}`;
}
