import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Correction } from '../catalogue/corrections.ts';
import { AnomalyList } from './anomalies/anomaly.ts';
import type { Anomaly } from './anomalies/anomaly.ts';
import { addCorrected } from './anomalies/corrected.ts';
import { addFamilies } from './anomalies/families.ts';
import { addBrokenChains, addWrongLinks } from './anomalies/supersedence.ts';
import { addOfTables } from './anomalies/tables.ts';
import { addUnreadable } from './anomalies/versions.ts';
import { addOfWindows } from './anomalies/windows-rows.ts';
import { addWrongDocuments } from './anomalies/wrong-documents.ts';
import { publishedWindows } from './identify-os.ts';

/**
 * Every row and link of the catalogue that the verdict distrusts, and every error that is corrected: by document, newest
 * first, then kind and KB.
 */
export function findAnomalies(catalogue: Catalogue, corrections: readonly Correction[]): readonly Anomaly[] {
  const found = new AnomalyList(catalogue);
  addCorrected(catalogue, corrections, found);
  for (const os of publishedWindows(catalogue)) {
    addOfWindows(catalogue, os, found);
    addWrongDocuments(catalogue, os, found);
    addBrokenChains(catalogue, os, found);
  }
  addUnreadable(catalogue, found);
  addOfTables(catalogue, found);
  addFamilies(catalogue, found);
  addWrongLinks(catalogue, found);
  return found.sorted();
}
