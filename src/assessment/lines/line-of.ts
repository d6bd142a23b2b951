import type { Catalogue } from '../../catalogue/catalogue.ts';
import { isRollupEra } from '../../catalogue/windows-version.ts';
import type { OsCandidate } from '../identify-os.ts';
import { cumulativeLine } from './cumulative-line.ts';
import type { CumulativeLine } from './cumulative-line.ts';
import { rollupLine } from './rollup-line.ts';

/** The line of a Windows, of rollups or of cumulative updates. */
export function lineOf(catalogue: Catalogue, { product, windows }: OsCandidate): CumulativeLine {
  return isRollupEra(windows.version)
    ? rollupLine(catalogue, product, windows)
    : cumulativeLine(catalogue, product, windows);
}
