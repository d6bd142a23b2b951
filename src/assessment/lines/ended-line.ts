import type { SoftwareFinding, SoftwareInput } from '../rules/rule.ts';
import { fixRows } from './fix-rows.ts';
import type { SoftwareLine } from './software-line.ts';

/** UTC date of the newest row of a line up to the as-of date; `''` where there is none. */
export function lastRowOf(line: Pick<SoftwareLine, 'rows'>, asOf: string | null): string {
  return newest(line.rows, asOf);
}

/** The same, over products. */
export function lastRowOfProducts({ catalogue, asOf }: SoftwareInput, products: readonly number[]): string {
  return products.reduce((last, product) => {
    const own = newest(fixRows(catalogue, product), asOf);
    return own > last ? own : last;
  }, '');
}

/**
 * A line that is serviced no more says nothing about what was published after its end: `undefined` where nothing was.
 * `lastDay`: UTC date of the end; rows that came later still move it. `family`: the product's other lines.
 */
export function endOfServicing(
  { catalogue, asOf }: SoftwareInput,
  line: Pick<SoftwareLine, 'rows'>,
  { lastDay, family }: { readonly lastDay: string; readonly family: readonly number[] },
): SoftwareFinding['undetermined'] {
  const lastRow = lastRowOf(line, asOf);
  const since = lastRow > lastDay ? lastRow : lastDay;
  const published = new Set<number>();
  for (const product of family) {
    for (const { vulnerability, releasedOn, publishedOn } of fixRows(catalogue, product)) {
      if (publishedOn <= since || (asOf !== null && (releasedOn > asOf || publishedOn > asOf))) continue;
      const cve = catalogue.cveKey(vulnerability);
      if (cve !== undefined) published.add(cve);
    }
  }
  if (published.size === 0) return undefined;
  const until = since === '' ? '' : ` since ${since}`;
  const detail = `this line has had no update${until}, other lines of the product have: the ${published.size} CVEs published for them since cannot be judged`;
  return { reason: 'end-of-servicing', detail };
}

function newest(rows: SoftwareLine['rows'] | ReturnType<typeof fixRows>, asOf: string | null): string {
  let last = '';
  for (const { releasedOn } of rows) if (releasedOn > last && (asOf === null || releasedOn <= asOf)) last = releasedOn;
  return last;
}
