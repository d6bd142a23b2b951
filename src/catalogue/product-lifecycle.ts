import { readTable } from './read-table.ts';

type Row = readonly [product: string, firstDay: string, lastDay: string | null];

let loaded: ReadonlyMap<string, string | null> | undefined;

/** The last day (UTC) on which a product, named as documents name it (`.NET 8.0`), is serviced; `undefined` where it is not known. */
export function servicedUntil(product: string): string | undefined {
  loaded ??= new Map(
    readTable<{ readonly rows: readonly Row[] }>('product-lifecycle').rows.map(([name, , lastDay]) => [
      name.toLowerCase(),
      lastDay,
    ]),
  );
  return loaded.get(product.toLowerCase()) ?? undefined;
}
