import type { Catalogue, Remediation } from '../../catalogue/catalogue.ts';
import { isRollupEra } from '../../catalogue/windows-version.ts';
import type { OsCandidate } from '../identify-os.ts';
import { cumulativeLine } from '../lines/cumulative-line.ts';
import type { CumulativeLine } from '../lines/cumulative-line.ts';
import { rollupLine } from '../lines/rollup-line.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

/** One way to fix for one set of products. */
export interface PublishedFix {
  readonly fix: number;
  readonly remediation: Remediation;
}

export function* fixesOf(catalogue: Catalogue, kb: KbNumber): Generator<PublishedFix> {
  const { start, end } = catalogue.fixesOfKb(kb);
  for (let fix = start; fix < end; fix += 1)
    yield { fix, remediation: catalogue.remediation(catalogue.fixRemediation(fix)) };
}

/** The updates that the rows for these products, or for any, name as superseded. */
export function supersededOn(catalogue: Catalogue, kb: KbNumber, products?: readonly number[]): ReadonlySet<KbNumber> {
  const holders = products?.map((product) => catalogue.holdsProduct(product));
  const older = new Set<KbNumber>();
  for (const { fix, remediation } of fixesOf(catalogue, kb))
    if (holders === undefined || holders.some((holds) => holds(catalogue.fixProductSet(fix))))
      for (const each of remediation.supersedes) older.add(each);
  return older;
}

/** The line of updates of a published Windows of either era. */
export function lineOf(catalogue: Catalogue, { product, windows }: OsCandidate): CumulativeLine {
  return isRollupEra(windows.version)
    ? rollupLine(catalogue, product, windows)
    : cumulativeLine(catalogue, product, windows);
}

/** Packages of Azure Linux and Mariner have versions of their own form. */
export function isLinux(catalogue: Catalogue, product: number): boolean {
  const { name, family } = catalogue.product(product);
  return (
    /mariner|azure linux|open source/i.test(family ?? '') || /^(?:azl\d|cbl\d?|cm\d)\b|azure linux|mariner/i.test(name)
  );
}
