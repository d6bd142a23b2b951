import type { CatalogueRepair } from '../operations/repair-catalogue.ts';
import { say } from './output.ts';

/** On stderr, whatever is asked for: the catalogue may know less than before. */
export function tellRepair(repair: CatalogueRepair | null): void {
  if (repair === null) return;
  const made =
    repair.catalogueId === null
      ? 'nothing was kept to make it anew of'
      : `made anew of ${repair.documents} documents that were kept`;
  say(`warning: damaged catalogue: ${repair.reason}: ${made}`);
}
