import { readTable } from './read-table.ts';

type Row = readonly [edition: string, years: readonly string[], components: readonly string[], source: string];

let loaded: readonly Row[] | undefined;

/**
 * The applications that an edition of Office from Windows Installer contains, `['word', 'excel']`: of an unknown edition
 * those that all have. What the year's Office did not have, as Skype for Business in 2010, is published for no product.
 */
export function officeComponents(edition: string, year: string): readonly string[] {
  loaded ??= readTable<{ readonly rows: readonly Row[] }>('office-suites').rows;
  const ofYear = loaded.filter(([, years]) => years.includes(year));
  const row = ofYear.find(([name]) => name === edition) ?? ofYear.find(([name]) => name === '');
  return row?.[2] ?? [];
}
