import { CveNumbers } from '../../assessment/cve-numbers.ts';
import type { ProductFindings } from '../../assessment/findings.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Contribution } from '../contribution.ts';

/** Tells whether two catalogues judge a state alike: the same coverage, missing updates and open CVEs. */
export class VerdictComparison {
  /** CVEs of the older catalogue by the numbers of the newer one; -1 for one that it does not name. */
  readonly #renumbered: Int32Array;
  /** Lists of what is open are shared by many states: each pair is compared once. */
  readonly #compared = new Map<readonly ProductFindings[], Map<readonly ProductFindings[], boolean>>();

  /** An engine that only counts has no catalogue, and no CVEs. */
  constructor(before: Catalogue | undefined, after: Catalogue | undefined) {
    const old = before === undefined ? undefined : CveNumbers.of(before);
    const now = after === undefined ? undefined : CveNumbers.of(after);
    this.#renumbered = new Int32Array(old?.size ?? 0).map((_, number) =>
      old === undefined ? -1 : (now?.find(old.nameOf(number)) ?? -1),
    );
  }

  isSame(before: Contribution, after: Contribution): boolean {
    return (
      before.coverage === after.coverage &&
      before.openCves === after.openCves &&
      before.missing.length === after.missing.length &&
      new Set(before.missing).isSubsetOf(new Set(after.missing)) &&
      this.#isSameOpen(before.open, after.open)
    );
  }

  #isSameOpen(before: readonly ProductFindings[], after: readonly ProductFindings[]): boolean {
    const known = this.#compared.get(before) ?? new Map<readonly ProductFindings[], boolean>();
    this.#compared.set(before, known);
    let isSame = known.get(after);
    if (isSame === undefined) {
      const old = new Set<number>();
      for (const { cves } of before) for (const cve of cves) old.add(this.#renumbered[cve] ?? -1);
      const now = new Set<number>();
      for (const { cves } of after) for (const cve of cves) now.add(cve);
      isSame = old.size === now.size && old.isSubsetOf(now);
      known.set(after, isSame);
    }
    return isSame;
  }
}
