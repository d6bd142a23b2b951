import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { publishedWindows } from '../identify-os.ts';
import type { CumulativeLine } from './cumulative-line.ts';
import type { RuleInput, UndeterminedProduct } from '../rules/rule.ts';

/** The last package of a line that later documents no longer continue. */
interface EndOfServicing {
  readonly kb: KbNumber;
  readonly releasedOn: string;
}

/** Where a line ended, as of a date; `undefined` while it goes on. `documents`: those that name an update of Windows. */
function endOfServicing(
  { packages, lastOwn }: CumulativeLine,
  documents: readonly { readonly initialReleaseAt: string }[],
  asOf: string | null,
): EndOfServicing | undefined {
  const place = lastOwn === -1 ? packages.findLastIndex(({ offered }) => offered) : lastOwn;
  const last = packages[place];
  if (last === undefined) return undefined;
  const later = documents.some(({ initialReleaseAt }) => {
    const releasedOn = initialReleaseAt.slice(0, 10);
    return releasedOn > last.releasedOn && (asOf === null || releasedOn <= asOf);
  });
  return later ? { kb: last.kb, releasedOn: last.releasedOn } : undefined;
}

/**
 * What a device is told that lacks nothing of a line which has ended, with how much was published since; `undefined` while
 * the line goes on. A device that still lacks something is told that.
 */
export function endedServicing({ os, asOf, catalogue, line }: RuleInput): UndeterminedProduct | undefined {
  const ended = endOfServicing(line, catalogue.completeDocuments, asOf);
  if (ended === undefined) return undefined;
  const count = countPublishedSince(catalogue, ended.releasedOn, asOf);
  const detail = `KB${ended.kb} of ${ended.releasedOn} was the last update for this Windows; the ${count} CVEs published for other Windows since cannot be judged`;
  return { product: os.product, reason: 'end-of-servicing', detail };
}

/** Distinct CVEs of documents after a date, up to another, that some Windows has a fix for. */
function countPublishedSince(catalogue: Catalogue, since: string, upTo: string | null): number {
  const counts = catalogue.once(countPublishedSince, () => new Map<string, number>());
  const key = `${since} ${upTo ?? ''}`;
  let count = counts.get(key);
  if (count === undefined) {
    const cves = new Set<number>();
    for (const { product } of publishedWindows(catalogue)) {
      for (const row of catalogue.rowsOfProduct(product)) {
        const vulnerability = catalogue.rowVulnerability(row);
        const publishedOn = catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
        const cve = catalogue.cveKey(vulnerability);
        if (cve !== undefined && publishedOn > since && (upTo === null || publishedOn <= upTo)) cves.add(cve);
      }
    }
    count = cves.size;
    counts.set(key, count);
  }
  return count;
}
