import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Correction } from '../../catalogue/corrections.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { AnomalyList } from './anomaly.ts';

/** Errors that are corrected before the rules see them, so that no check finds them any more. */
export function addCorrected(catalogue: Catalogue, corrections: readonly Correction[], found: AnomalyList): void {
  for (const correction of corrections) {
    const { kb, published, corrected, reason, source } = correction;
    if (!catalogue.hasKb(kb)) continue;
    const what = correction.field === 'releaseDocument' ? 'document' : 'build';
    const detail = `${formatKb(kb)} has the ${what} ${published}, taken as ${corrected}: ${reason} Source: ${source}`;
    found.add('corrected', kb, { detail });
  }
}
