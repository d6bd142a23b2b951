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

/** As the two columns. What lists share is read once per catalogue. */
export function findingsOf(catalogue: Catalogue, open: OpenOnProduct): ProductFindings {
  return open.open.length === 0 ? noFindings : catalogue.once(Columns, () => new Columns(catalogue)).of(open);
}

/** Makes the columns over scratch space: a set of bits gives the CVEs in order. */
class Columns {
  private readonly catalogue: Catalogue;
  private readonly numbers: CveNumbers;
  private readonly bits: Uint32Array;
  private readonly kbOf: Int32Array;

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
    this.numbers = CveNumbers.of(catalogue);
    this.bits = new Uint32Array((this.numbers.size >>> 5) + 1);
    this.kbOf = new Int32Array(this.numbers.size);
  }

  of(on: OpenOnProduct): ProductFindings {
    const size = this.mark(on);
    const { bits, kbOf } = this;
    const cves = new Int32Array(size);
    const kbs = new Int32Array(size);
    let at = 0;
    for (let word = 0; at < size; word += 1) {
      for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
        const cve = word * 32 + 31 - Math.clz32(rest & -rest);
        cves[at] = cve;
        kbs[at] = kbOf[cve] ?? 0;
        at += 1;
      }
      bits[word] = 0;
    }
    return { cves, kbs };
  }

  /** Where several documents name a CVE, the first update that it was ever fixed with counts. Tells how many CVEs there are. */
  private mark({ product, line, open }: OpenOnProduct): number {
    const { bits, kbOf, numbers } = this;
    const listed = listedKbs(this.catalogue, line);
    let size = 0;
    for (const each of open) {
      if (each.product !== product) continue;
      const cve = numbers.numberOf(each.vulnerability);
      if (cve === -1) continue;
      const kb = listed.of(each);
      const word = cve >>> 5;
      const bit = 1 << (cve & 31);
      if (((bits[word] ?? 0) & bit) === 0) {
        bits[word] = (bits[word] ?? 0) | bit;
        kbOf[cve] = kb;
        size += 1;
      } else if (kb !== 0 && (kbOf[cve] === 0 || kb < (kbOf[cve] ?? 0))) kbOf[cve] = kb;
    }
    return size;
  }
}

/** KBs by vulnerability over the rows of a servicing line's products. */
class ListedKbs {
  /** The KB where there is one alone; 0 where there is none, -1 where there are several. */
  private readonly only: Int32Array;
  private readonly several = new Map<number, number[]>();

  constructor(catalogue: Catalogue, line: readonly number[]) {
    this.only = new Int32Array(catalogue.vulnerabilityCount);
    for (const product of line)
      for (const { vulnerability, kb } of fixRows(catalogue, product))
        if (kb !== null) this.add(vulnerability, Number(kb));
    for (const kbs of this.several.values()) kbs.sort((a, b) => a - b);
  }

  /** One that the device needs, before another that is listed. Rows that a product has lost are another's: it names the update. */
  of({ vulnerability, kbs }: OpenVulnerability): number {
    const only = this.only[vulnerability] ?? 0;
    if (only > 0) return only;
    if (only === 0) return Number(kbs[0] ?? 0);
    const listed = this.several.get(vulnerability) ?? [];
    for (const kb of kbs) if (listed.includes(Number(kb))) return Number(kb);
    return listed[0] ?? 0;
  }

  private add(vulnerability: number, kb: number): void {
    const known = this.only[vulnerability] ?? 0;
    if (known === 0 || known === kb) {
      this.only[vulnerability] = kb;
      return;
    }
    const kbs = this.several.get(vulnerability) ?? [known];
    if (!kbs.includes(kb)) kbs.push(kb);
    this.several.set(vulnerability, kbs);
    this.only[vulnerability] = -1;
  }
}

/** Read once per catalogue. */
function listedKbs(catalogue: Catalogue, line: readonly number[]): ListedKbs {
  const cache = catalogue.once(ListedKbs, () => new Map<string, ListedKbs>());
  const key = line.join(' ');
  let listed = cache.get(key);
  if (listed === undefined) {
    listed = new ListedKbs(catalogue, line);
    cache.set(key, listed);
  }
  return listed;
}
