import type { Catalogue } from '../catalogue/catalogue.ts';
import { CveNumbers } from './cve-numbers.ts';
import { fixRows } from './lines/fix-rows.ts';
import type { OpenVulnerability } from './rules/rule.ts';

/** The CVEs open on one product of a device: two columns of equal length, by `CveNumbers`, ascending. */
export interface ProductFindings {
  readonly cves: Int32Array;
  /**
   * KB that the documents list for the CVE on this product: that of its own month, not a later one that replaces it. 0 where
   * Microsoft publishes none (`Click to Run`, `Release Notes`).
   */
  readonly kbs: Int32Array;
}

export const noFindings: ProductFindings = { cves: new Int32Array(), kbs: new Int32Array() };

/** What the rules found open on one product; `line`: the published products whose rows tell its updates. */
export interface OpenOnProduct {
  readonly product: number;
  readonly line: readonly number[];
  readonly open: readonly OpenVulnerability[];
}

/** As the two columns. */
export function findingsOf(catalogue: Catalogue, { product, line, open }: OpenOnProduct): ProductFindings {
  const numbers = CveNumbers.of(catalogue);
  const listed = listedKbs(catalogue, line);
  const kbOf = new Map<number, number>();
  for (const each of open) {
    if (each.product !== product) continue;
    const number = numbers.numberOf(each.vulnerability);
    if (number === -1) continue;
    const kb = listedKb(each, listed.get(each.vulnerability) ?? []);
    const known = kbOf.get(number);
    // Where several documents name the CVE, the first update it was ever fixed with.
    if (known === undefined || known === 0 || (kb !== 0 && kb < known)) kbOf.set(number, kb);
  }
  const cves = Int32Array.from(kbOf.keys()).sort();
  return { cves, kbs: cves.map((number) => kbOf.get(number) ?? 0) };
}

/** One that the device needs, before another that is listed; lost rows are judged by another product's, which names the update. */
function listedKb({ kbs }: OpenVulnerability, listed: readonly number[]): number {
  for (const kb of kbs) if (listed.includes(Number(kb))) return Number(kb);
  return listed[0] ?? Number(kbs[0] ?? 0);
}

/** KBs by vulnerability over the rows of a servicing line's products, ascending; read once per catalogue. */
function listedKbs(catalogue: Catalogue, line: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const cache = catalogue.once(listedKbs, () => new Map<string, ReadonlyMap<number, readonly number[]>>());
  const key = line.join(' ');
  let listed = cache.get(key);
  if (listed === undefined) {
    listed = readListed(catalogue, line);
    cache.set(key, listed);
  }
  return listed;
}

function readListed(catalogue: Catalogue, line: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const listed = new Map<number, number[]>();
  for (const product of line) {
    for (const { vulnerability, kb } of fixRows(catalogue, product)) {
      if (kb === null) continue;
      const kbs = listed.get(vulnerability);
      if (kbs === undefined) listed.set(vulnerability, [Number(kb)]);
      else if (!kbs.includes(Number(kb))) kbs.push(Number(kb));
    }
  }
  for (const kbs of listed.values()) kbs.sort((a, b) => a - b);
  return listed;
}
