import { daysBetween } from '../../terms/calendar-date.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { fixedUbr } from '../lines/classify-row.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { OsCandidate } from '../identify-os.ts';
import type { AnomalyList } from './anomaly.ts';
import { lineOf } from './published-fixes.ts';

/** Out-of-band releases and late additions move a build by some weeks; a wrong document by many months. */
const toleratedDays = 60;

/** Along the release documents builds grow: an update whose build lies above that of a later one stands in the wrong document. */
export function addWrongDocuments(catalogue: Catalogue, os: OsCandidate, found: AnomalyList): void {
  const { product, windows } = os;
  const { packages } = lineOf(catalogue, os);
  for (const fix of catalogue.fixesOfProduct(product)) {
    const remediation = catalogue.remediation(catalogue.fixRemediation(fix));
    const { kb, subType } = remediation;
    const ubr = fixedUbr(remediation, windows);
    const release = kb === null ? undefined : catalogue.findRelease(kb);
    if (kb === null || release === undefined || typeof ubr !== 'number' || /hotpatch/i.test(subType)) continue;
    const below = packages.findLast((each) => each.ubr !== undefined && each.ubr < ubr);
    if (below === undefined || daysBetween(release.releasedOn, below.releasedOn) <= toleratedDays) continue;
    const detail = `${formatKb(kb)} brings ${windows.version.build}.${ubr}, above that of ${formatKb(below.kb)}, which came on ${below.releasedOn}`;
    found.add('wrong-document', kb, { detail, product });
  }
}
