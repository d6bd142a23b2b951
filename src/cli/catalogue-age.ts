import type { CatalogueReach } from '../catalogue/catalogue.ts';

/** After this many days a Patch Tuesday has passed for certain. */
const staleAfterDays = 35;

/** Whole days since the catalogue's newest revision; `null` for one without complete documents. */
export function ageDays({ currentTo }: CatalogueReach, now: Date): number | null {
  return currentTo === null ? null : Math.max(0, Math.floor((now.getTime() - Date.parse(currentTo)) / 86_400_000));
}

/** Older than 35 days, or without any complete document. */
export function isStale(reach: CatalogueReach, now: Date): boolean {
  const age = ageDays(reach, now);
  return age === null || age > staleAfterDays;
}

/** One line that says which catalogue judged and how old it is. */
export function catalogueLine(reach: CatalogueReach, starter: boolean, now: Date): string {
  const age = ageDays(reach, now);
  const kind = starter ? 'starter catalogue' : 'catalogue';
  const warning = isStale(reach, now) ? ': updates published since are not known to it' : '';
  return `${kind} to ${reach.newestRelease ?? 'no release'}, ${age === null ? 'of unknown age' : `${age} days old`}${warning}`;
}
