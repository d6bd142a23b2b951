import type { Catalogue } from '../catalogue/catalogue.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import { CveNumbers } from './cve-numbers.ts';
import type { OpenVulnerability } from './rules/rule.ts';

/** A one-shot run asks for a few lists: to number every CVE of the catalogue pays from here on. */
const listsBeforeNumbering = 50;

/** The distinct CVEs, no advisories, by code point. */
export function cvesOf(catalogue: Catalogue, open: readonly OpenVulnerability[]): readonly VulnerabilityId[] {
  const asked = catalogue.once(cvesOf, () => ({ times: 0 }));
  asked.times += 1;
  if (asked.times > listsBeforeNumbering) return CveNumbers.of(catalogue).list(open);
  const byKey = new Map<number, number>();
  for (const { vulnerability } of open) {
    const key = catalogue.cveKey(vulnerability);
    if (key !== undefined) byKey.set(key, vulnerability);
  }
  return Array.from(byKey.values(), (vulnerability) => catalogue.vulnerabilityId(vulnerability)).sort();
}

/** How many distinct CVEs of one product these are. */
export function countCves(catalogue: Catalogue, open: readonly OpenVulnerability[], product: number): number {
  const { times } = catalogue.once(cvesOf, () => ({ times: 0 }));
  if (times > listsBeforeNumbering) return CveNumbers.of(catalogue).count(open, product);
  return new Set(open.flatMap((each) => (each.product === product ? (catalogue.cveKey(each.vulnerability) ?? []) : [])))
    .size;
}
