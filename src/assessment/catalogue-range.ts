import { daysBetween } from '../terms/calendar-date.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';

/** Months in which Microsoft published no document. Source: the list of documents of api.msrc.microsoft.com. */
const neverPublished: ReadonlySet<string> = new Set(['2016-02', '2016-03']);
const graceDays = 45;

/** Which dates a catalogue can speak of. Months are `YYYY-MM`. */
export interface CatalogueRange {
  /** UTC dates of the first and the newest complete document; `null` in a catalogue without any. */
  readonly first: string | null;
  readonly newest: string | null;
  /** Months between the two without a complete document. */
  readonly missingMonths: readonly string[];
}

/** The range of a catalogue, from its complete documents: drafts and documents without Windows do not count. */
export function catalogueRange(catalogue: Catalogue): CatalogueRange {
  return catalogue.once(catalogueRange, () => {
    const dates = catalogue.completeDocuments.map(({ initialReleaseAt }) => initialReleaseAt.slice(0, 10)).sort();
    const first = dates[0] ?? null;
    const newest = dates.at(-1) ?? null;
    return {
      first,
      newest,
      missingMonths: first === null || newest === null ? [] : missingBetween(dates, first, newest),
    };
  });
}

function missingBetween(dates: readonly string[], first: string, newest: string): readonly string[] {
  const held = new Set(dates.map((date) => date.slice(0, 7)));
  const missing: string[] = [];
  for (let month = first.slice(0, 7); month <= newest.slice(0, 7); month = nextMonth(month)) {
    if (!held.has(month) && !neverPublished.has(month)) missing.push(month);
  }
  return missing;
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** Why the catalogue cannot wholly speak of a date, in a sentence; `undefined` where it can. `null` means its own newest. */
export function outsideCatalogue(catalogue: Catalogue, asOf: string | null): string | undefined {
  const { first, newest, missingMonths } = catalogueRange(catalogue);
  if (first === null || newest === null) return 'the catalogue holds no complete document';
  if (asOf !== null && asOf < first) return `the catalogue begins on ${first}, after the as-of date ${asOf}`;
  if (asOf !== null && daysBetween(newest, asOf) > graceDays) {
    return `the catalogue ends with the document of ${newest}, more than ${graceDays} days before the as-of date ${asOf}`;
  }
  const gaps = missingMonths.filter((month) => asOf === null || month <= asOf.slice(0, 7));
  return gaps.length === 0 ? undefined : `the catalogue lacks the documents of ${gaps.join(', ')}`;
}
