import type { ProductFindings } from '../../assessment/findings.ts';
import type { Contribution, InstalledSoftware } from '../../operations/contribution.ts';
import type { CveRating } from '../../operations/cve-ratings.ts';
import type { MachineVulnerability } from '../contract/machine-vulnerability.ts';
import { shownSeverity } from '../contract/vulnerability.ts';
import { propertiesOf } from '../odata/conjuncts.ts';
import { evaluate } from '../odata/evaluate.ts';
import type { Filter } from '../odata/filter.ts';

/** A row without its device: what all devices in a patch state share. */
export interface OpenRow {
  /** `-_-CVE-2020-0601-_-microsoft-_-windows_10-_-10.0.18363.476-_-4528760`: behind the device's id, that of the row. */
  readonly suffix: string;
  readonly cve: string;
  readonly severity: string | null;
  readonly kb: string | null;
  readonly software: InstalledSoftware;
}

const ofCve = new Set(['cveId', 'severity', 'fixingKbId']);

/**
 * The rows of patch states that fit a filter. What is asked of the CVE alone is asked once for each list of open CVEs, which
 * thousands of states share.
 */
export class OpenRows {
  readonly #rate: (cve: number) => CveRating;
  readonly #ofList: readonly Filter[];
  readonly #ofRow: readonly Filter[];
  readonly #wanted: ReadonlySet<number> | undefined;
  readonly #places = new Map<ProductFindings, readonly number[]>();
  readonly #placesOfSoftware = new Map<InstalledSoftware, readonly number[]>();
  readonly #rows = new Map<Contribution, readonly OpenRow[]>();

  /** `filters`: conjuncts that ask nothing of the device. `wanted`: the CVEs that can fit, where they are named. */
  constructor(rate: (cve: number) => CveRating, filters: readonly Filter[], wanted: ReadonlySet<number> | undefined) {
    this.#rate = rate;
    const isOfList = (filter: Filter): boolean => [...propertiesOf(filter)].every((name) => ofCve.has(name));
    this.#ofList = filters.filter(isOfList);
    this.#ofRow = filters.filter((filter) => !isOfList(filter));
    this.#wanted = wanted;
  }

  /** How many rows a device in this state has. */
  count({ software }: Contribution): number {
    return software.reduce((sum, each) => sum + this.#of(each).length, 0);
  }

  fits({ software }: Contribution): boolean {
    return software.some((each) => this.#of(each).length > 0);
  }

  /** Sorted by their suffix. */
  of(state: Contribution): readonly OpenRow[] {
    let rows = this.#rows.get(state);
    if (rows === undefined) {
      rows = state.software
        .flatMap((software) => this.#of(software).map((place) => this.#row(software, place)))
        .sort((a, b) => (a.suffix < b.suffix ? -1 : a.suffix > b.suffix ? 1 : 0));
      if (this.#rows.size > 200) this.#rows.clear();
      this.#rows.set(state, rows);
    }
    return rows;
  }

  #of(software: InstalledSoftware): readonly number[] {
    if (this.#ofRow.length === 0) return this.#inList(software.findings);
    let places = this.#placesOfSoftware.get(software);
    if (places === undefined) {
      places = this.#inList(software.findings).filter((place) => {
        const row = toMachineVulnerability(null, this.#row(software, place));
        return this.#ofRow.every((filter) => evaluate(filter, row));
      });
      this.#placesOfSoftware.set(software, places);
    }
    return places;
  }

  #inList(findings: ProductFindings): readonly number[] {
    let places = this.#places.get(findings);
    if (places === undefined) {
      const found: number[] = [];
      findings.cves.forEach((cve, place) => {
        if (this.#wanted?.has(cve) === false) return;
        const rating = this.#rate(cve);
        const kb = findings.kbs[place] ?? 0;
        const row = { cveId: rating.id, severity: shownSeverity(rating), fixingKbId: kb === 0 ? null : String(kb) };
        if (this.#ofList.every((filter) => evaluate(filter, row))) found.push(place);
      });
      places = found;
      this.#places.set(findings, places);
    }
    return places;
  }

  #row(software: InstalledSoftware, place: number): OpenRow {
    const { findings, vendor, slug, version } = software;
    const rating = this.#rate(findings.cves[place] ?? 0);
    const kb = findings.kbs[place] ?? 0;
    return {
      suffix: `-_-${rating.id}-_-${vendor}-_-${slug}-_-${version ?? ''}-_-${kb === 0 ? '' : kb}`,
      cve: rating.id,
      severity: shownSeverity(rating),
      kb: kb === 0 ? null : String(kb),
      software,
    };
  }
}

export function toMachineVulnerability(
  machineId: string | null,
  { suffix, cve, severity, kb, software }: OpenRow,
): MachineVulnerability {
  return {
    id: machineId === null ? null : `${machineId}${suffix}`,
    cveId: cve,
    machineId,
    fixingKbId: kb,
    productName: software.slug,
    productVendor: software.vendor,
    productVersion: software.version,
    severity,
  };
}
