import { readTable } from './read-table.ts';

type Row = readonly [product: string, firstDay: string, lastDay: string | null];
type End = readonly [product: string, lastDay: string];

let loaded: ReadonlyMap<string, string | null> | undefined;

/**
 * The last day (UTC) on which a product is serviced, named as documents name it (`.NET 8.0`, `Exchange Server 2013`,
 * `SQL Server 2016 SP2`); `undefined` where it is not known.
 */
export function servicedUntil(product: string): string | undefined {
  loaded ??= new Map<string, string | null>([
    ...readTable<{ readonly rows: readonly Row[] }>('product-lifecycle').rows.map(
      ([name, , lastDay]): [string, string | null] => [name.toLowerCase(), lastDay],
    ),
    ...readTable<{ readonly rows: readonly End[] }>('servicing-ends').rows.map(([name, lastDay]): [string, string] => [
      name.toLowerCase(),
      lastDay,
    ]),
  ]);
  return loaded.get(product.toLowerCase()) ?? undefined;
}
