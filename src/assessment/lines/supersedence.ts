import type { KbNumber } from '../../terms/kb-number.ts';
import type { FixRow } from './fix-rows.ts';

/**
 * What supersedes what among the updates of some rows, and nowhere else: wrong links between products are published.
 * Cycles, links to itself and to unknown updates are borne with.
 */
export class Supersedence {
  private readonly parents = new Map<KbNumber, Set<KbNumber>>();
  private readonly unknown = new Set<KbNumber>();
  private readonly older = new Map<KbNumber, ReadonlySet<KbNumber>>();

  constructor(rows: readonly FixRow[]) {
    for (const { kb } of rows) if (kb !== null && !this.parents.has(kb)) this.parents.set(kb, new Set());
    for (const { kb, supersedes } of rows) {
      if (kb === null) continue;
      for (const each of supersedes) {
        if (each === kb) continue;
        if (this.parents.has(each)) this.parents.get(kb)?.add(each);
        else this.unknown.add(kb);
      }
    }
  }

  get kbs(): Iterable<KbNumber> {
    return this.parents.keys();
  }

  has(kb: KbNumber): boolean {
    return this.parents.has(kb);
  }

  supersedes(kb: KbNumber): ReadonlySet<KbNumber> {
    return this.parents.get(kb) ?? new Set();
  }

  /** Everything that the update replaces, near and far, itself left out. */
  olderThan(kb: KbNumber): ReadonlySet<KbNumber> {
    const known = this.older.get(kb);
    if (known !== undefined) return known;
    const found = new Set<KbNumber>();
    const open = [kb];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      for (const parent of this.supersedes(each)) {
        if (found.has(parent)) continue;
        found.add(parent);
        open.push(parent);
      }
    }
    found.delete(kb);
    this.older.set(kb, found);
    return found;
  }
}
