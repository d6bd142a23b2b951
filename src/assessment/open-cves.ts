import type { Catalogue } from '../catalogue/catalogue.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import type { OpenVulnerability } from './rules/rule.ts';

/** A one-shot run asks for a few lists: to number every CVE of the catalogue pays from here on. */
const listsBeforeNumbering = 50;

/** The distinct CVEs, no advisories, by code point. */
export function cvesOf(catalogue: Catalogue, open: readonly OpenVulnerability[]): readonly VulnerabilityId[] {
  const asked = catalogue.once(cvesOf, () => ({ times: 0 }));
  asked.times += 1;
  if (asked.times > listsBeforeNumbering) return cveNumbers(catalogue).list(open);
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
  if (times > listsBeforeNumbering) return cveNumbers(catalogue).count(open, product);
  return new Set(open.flatMap((each) => (each.product === product ? (catalogue.cveKey(each.vulnerability) ?? []) : [])))
    .size;
}

/** Numbered when so many lists are asked for; who will ask for more may have it done before. */
export function cveNumbers(catalogue: Catalogue): CveNumbers {
  return catalogue.once(CveNumbers, () => new CveNumbers(catalogue));
}

/** Every CVE of a catalogue, numbered in the order of their names: a list of some is a set of bits, read from the front. */
class CveNumbers {
  private readonly names: readonly VulnerabilityId[];
  /** By vulnerability; -1 for an advisory. */
  private readonly numbers: Int32Array;
  private readonly bits: Uint32Array;

  constructor(catalogue: Catalogue) {
    const byName = new Map<VulnerabilityId, number[]>();
    this.numbers = new Int32Array(catalogue.vulnerabilityCount).fill(-1);
    for (let vulnerability = 0; vulnerability < catalogue.vulnerabilityCount; vulnerability += 1) {
      if (!catalogue.isCve(vulnerability)) continue;
      const name = catalogue.vulnerabilityId(vulnerability);
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [vulnerability]);
      else list.push(vulnerability);
    }
    this.names = [...byName.keys()].sort();
    this.names.forEach((name, number) => {
      for (const vulnerability of byName.get(name) ?? []) this.numbers[vulnerability] = number;
    });
    this.bits = new Uint32Array((this.names.length >>> 5) + 1);
  }

  list(open: readonly OpenVulnerability[]): readonly VulnerabilityId[] {
    const { bits, names } = this;
    const { first, last } = this.mark(open);
    const list: VulnerabilityId[] = [];
    for (let word = first; word <= last; word += 1) {
      let rest = bits[word] ?? 0;
      bits[word] = 0;
      while (rest !== 0) {
        const name = names[word * 32 + 31 - Math.clz32(rest & -rest)];
        rest &= rest - 1;
        if (name !== undefined) list.push(name);
      }
    }
    return list;
  }

  count(open: readonly OpenVulnerability[], product: number): number {
    const { bits } = this;
    const { first, last } = this.mark(open, product);
    let count = 0;
    for (let word = first; word <= last; word += 1) {
      for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) count += 1;
      bits[word] = 0;
    }
    return count;
  }

  /** Sets the bits of the vulnerabilities and tells where they lie; who reads them clears them. */
  private mark(
    open: readonly OpenVulnerability[],
    product?: number,
  ): { readonly first: number; readonly last: number } {
    const { bits, numbers } = this;
    let first = bits.length;
    let last = -1;
    for (const each of open) {
      if (product !== undefined && each.product !== product) continue;
      const number = numbers[each.vulnerability] ?? -1;
      if (number === -1) continue;
      const word = number >>> 5;
      bits[word] = (bits[word] ?? 0) | (1 << (number & 31));
      if (word < first) first = word;
      if (word > last) last = word;
    }
    return { first, last };
  }
}
