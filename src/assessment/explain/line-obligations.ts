import type { CumulativeLine } from '../lines/cumulative-line.ts';
import { isRollupLine } from '../lines/rollup-line.ts';

interface Asked {
  readonly vulnerability: number;
  readonly product: number;
}

/** What the rows name: updates of the own line, or packages of another Windows. */
interface Named {
  /** Only packages of another Windows are named: the own one of the same document is taken. */
  readonly suspect: boolean;
  /** There is no such one. */
  readonly misfiled: boolean;
}

const known = new WeakMap<CumulativeLine, ReadonlyMap<string, Named>>();

function obligationsOf(line: CumulativeLine): ReadonlyMap<string, Named> {
  let found = known.get(line);
  if (found === undefined) {
    const all = isRollupLine(line)
      ? line.rollupObligations.map((each) => ({ ...each, places: each.rollups }))
      : line.obligations.map((each) => ({ ...each, places: each.packages }));
    found = new Map(
      all.map(({ vulnerability, product, suspect, places }) => [
        `${vulnerability} ${product}`,
        { suspect, misfiled: suspect && places.length === 0 },
      ]),
    );
    known.set(line, found);
  }
  return found;
}

/** Whether the line of a Windows is answerable for a vulnerability: servicing stacks and the like open nothing. */
export function isOfLine(line: CumulativeLine, { vulnerability, product }: Asked): boolean {
  return obligationsOf(line).has(`${vulnerability} ${product}`);
}

/** Whether only packages of another Windows are named: the day of the document counts then, not theirs. */
export function isSuspect(line: CumulativeLine, { vulnerability, product }: Asked): boolean {
  return obligationsOf(line).get(`${vulnerability} ${product}`)?.suspect === true;
}

/** Whether only packages of another Windows are named, and the line has none of its own in the same document. */
export function isMisfiledOnly(line: CumulativeLine, { vulnerability, product }: Asked): boolean {
  return obligationsOf(line).get(`${vulnerability} ${product}`)?.misfiled === true;
}
