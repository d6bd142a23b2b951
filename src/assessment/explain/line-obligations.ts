import type { CumulativeLine } from '../lines/cumulative-line.ts';
import { isRollupLine } from '../lines/rollup-line.ts';

interface Asked {
  readonly vulnerability: number;
  readonly product: number;
}

/** `false`: some update of the line, or beside it, closes it; `true`: its rows name packages of another Windows alone. */
const known = new WeakMap<CumulativeLine, ReadonlyMap<string, boolean>>();

function obligationsOf(line: CumulativeLine): ReadonlyMap<string, boolean> {
  let found = known.get(line);
  if (found === undefined) {
    const all = isRollupLine(line)
      ? line.rollupObligations.map((each) => ({ ...each, misfiled: each.suspect && each.rollups.length === 0 }))
      : line.obligations.map((each) => ({ ...each, misfiled: each.suspect && each.packages.length === 0 }));
    found = new Map(all.map(({ vulnerability, product, misfiled }) => [`${vulnerability} ${product}`, misfiled]));
    known.set(line, found);
  }
  return found;
}

/** Whether the line of a Windows is answerable for a vulnerability: servicing stacks and the like open nothing. */
export function isOfLine(line: CumulativeLine, { vulnerability, product }: Asked): boolean {
  return obligationsOf(line).has(`${vulnerability} ${product}`);
}

/** Whether only packages of another Windows are named, and the line has none of its own in the same document. */
export function isMisfiledOnly(line: CumulativeLine, { vulnerability, product }: Asked): boolean {
  return obligationsOf(line).get(`${vulnerability} ${product}`) === true;
}
