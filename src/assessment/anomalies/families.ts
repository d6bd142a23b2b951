import type { Catalogue } from '../../catalogue/catalogue.ts';
import { isRollupEra } from '../../catalogue/windows-version.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { publishedWindows } from '../identify-os.ts';
import { isWindowsServicing } from '../lines/classify-row.ts';
import type { AnomalyList } from './anomaly.ts';

/** Updates of several families of Windows 10 and later: the Secure Boot list, or mis-filed. */
export function addFamilies(catalogue: Catalogue, found: AnomalyList): void {
  const branches = new Map<KbNumber, Map<number, number[]>>();
  for (const { product, windows } of publishedWindows(catalogue)) {
    if (isRollupEra(windows.version)) continue;
    for (const fix of catalogue.fixesOfProduct(product)) {
      const { kb, subType } = catalogue.remediation(catalogue.fixRemediation(fix));
      if (kb === null || isWindowsServicing(subType)) continue;
      const known = branches.get(kb) ?? new Map<number, number[]>();
      branches.set(kb, known);
      known.set(windows.version.branch, [...(known.get(windows.version.branch) ?? []), product]);
    }
  }
  for (const [kb, known] of branches) {
    if (known.size < 2) continue;
    const detail = `${formatKb(kb)} is filed under the builds ${[...known.keys()].sort((a, b) => a - b).join(', ')}`;
    for (const product of [...known.values()].flat()) found.add('several-families', kb, { detail, product });
  }
}
