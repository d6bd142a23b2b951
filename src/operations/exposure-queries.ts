import type { StateSet } from '../store/filter.ts';
import type { DeviceRow } from '../store/store.ts';
import { CveNumbers } from '../assessment/cve-numbers.ts';
import type { Contribution } from './contribution.ts';
import type { CveRating, CveRatings } from './cve-ratings.ts';
import type { Exposures } from './exposures.ts';
import { exposureScore } from './exposure-score.ts';
import { summarizeExposure } from './exposure-summary.ts';
import type { ExposureSummary } from './exposure-summary.ts';
import { sees } from './scope.ts';
import type { Scope } from './scope.ts';
import { cvesOf, softwareExposures } from './software-exposure.ts';
import type { SoftwareExposure } from './software-exposure.ts';

/** A CVE with how many devices of a scope are open to it. */
export interface VulnerabilityExposure extends CveRating {
  readonly exposedDevices: number;
}

export interface GroupScore {
  /** `''` for devices in none. */
  readonly group: string;
  readonly score: number;
}

/** What is known of the devices of a scope by counting patch states: no row of a device is read for any of it. */
export class ExposureQueries {
  readonly #exposures: Exposures;
  readonly #ratings: () => CveRatings | undefined;

  /** `ratings`: of the engine in use; none where it only counts. */
  constructor(exposures: Exposures, ratings: () => CveRatings | undefined) {
    this.#exposures = exposures;
    this.#ratings = ratings;
  }

  summarize(scope: Scope): ExposureSummary {
    const exposure = this.#exposures.of(scope);
    const { catalogue, published } = this.#exposures.verdicts.engine;
    const summarize = (): ExposureSummary => summarizeExposure(exposure, catalogue.id, published);
    return exposure.once(summarizeExposure, catalogue.id, summarize);
  }

  /** What a device in this state adds: its platform, its software, how much is open on it. @throws {PatchStateMissingError} */
  stateOf({ patchStateId }: Pick<DeviceRow, 'patchStateId'>): Contribution {
    return this.#exposures.verdicts.contribution(patchStateId);
  }

  /** By id. */
  listSoftware(scope: Scope): readonly SoftwareExposure[] {
    return [...softwareExposures(this.#exposures.of(scope), this.#ratings()).values()];
  }

  /** `undefined` where no device has it. */
  findSoftware(scope: Scope, id: string): SoftwareExposure | undefined {
    return softwareExposures(this.#exposures.of(scope), this.#ratings()).get(id.toLowerCase());
  }

  /** Of one device, `weaknesses` being what is open on it; by id. */
  listDeviceSoftware(scope: Scope, device: DeviceRow): readonly SoftwareExposure[] {
    const byId = Map.groupBy(this.stateOf(device).software, ({ id }) => id);
    const entries = [...byId].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.flatMap(([id, installs]) => {
      const software = this.findSoftware(scope, id);
      if (software === undefined) return [];
      const open = cvesOf(installs).length;
      return [{ ...software, weaknesses: Math.max(open, ...installs.map(({ weaknesses }) => weaknesses)) }];
    });
  }

  /** CVEs that some device of the scope is open to, by id. */
  listVulnerabilities(scope: Scope): readonly VulnerabilityExposure[] {
    const open: number[] = [];
    this.#exposures
      .of(scope)
      .devicesByCve()
      .forEach((devices, cve) => {
        if (devices > 0) open.push(cve);
      });
    return this.vulnerabilities(scope, open);
  }

  /** These CVEs, by `CveNumbers`. */
  vulnerabilities(scope: Scope, cves: Iterable<number>): readonly VulnerabilityExposure[] {
    const ratings = this.#ratings();
    if (ratings === undefined) return [];
    const devices = this.#exposures.of(scope).devicesByCve();
    return Array.from(cves, (cve) => ({ ...ratings.of(cve), exposedDevices: devices[cve] ?? 0 }));
  }

  /** @throws {TypeError} where the engine only counts. */
  ratingOf(cve: number): CveRating {
    const ratings = this.#ratings();
    if (ratings === undefined) throw new TypeError('expected an engine over a catalogue, got one that only counts');
    return ratings.of(cve);
  }

  /** The patch states in use, with how many devices stand in each. */
  eachState(scope: Scope, visit: (state: Contribution, devices: number) => void): void {
    for (const { contribution, devices } of this.#exposures.of(scope).states().values()) visit(contribution, devices);
  }

  /** By its number in the catalogue in use; `undefined` for one that no document names. */
  findCve(id: string): number | undefined {
    const { published } = this.#exposures.verdicts.engine;
    return published === undefined ? undefined : CveNumbers.of(published).find(id.toUpperCase());
  }

  /** CVEs open on the device, by `CveNumbers`, ascending. */
  openCves(device: DeviceRow): Int32Array {
    return cvesOf(this.stateOf(device).software);
  }

  /** The patch states in use that fit, with how many devices stand in them. */
  statesWhere(scope: Scope, fits: (state: Contribution) => boolean): StateSet {
    const exposure = this.#exposures.of(scope);
    const ids: string[] = [];
    let devices = 0;
    for (const [id, state] of exposure.states()) {
      if (!fits(state.contribution)) continue;
      ids.push(id);
      devices += state.devices;
    }
    return { ids, devices, allDevices: exposure.countDevices() };
  }

  /** States in which the software is installed, and a CVE open in it where `isExposed`. */
  statesWithSoftware(scope: Scope, softwareId: string, isExposed: boolean): StateSet {
    return this.statesWhere(scope, ({ software }) =>
      software.some(({ id, weaknesses }) => id === softwareId && (!isExposed || weaknesses > 0)),
    );
  }

  /** States in which the CVE is open. */
  statesOpenTo(scope: Scope, cve: number): StateSet {
    return this.statesWhere(scope, ({ software }) => software.some(({ findings: { cves } }) => holds(cves, cve)));
  }

  /** `docs/exposure-score.md`. */
  score(scope: Scope): number {
    const ratings = this.#ratings();
    return ratings === undefined ? 0 : exposureScore(this.#exposures.of(scope), ratings);
  }

  /** Of each device group with devices, by name. */
  scoresByGroup(scope: Scope): readonly GroupScore[] {
    const ratings = this.#ratings();
    const groups = [...this.#exposures.byGroup(scope.tenant.id)].filter(
      ([group, exposure]) => sees(scope, group) && exposure.countDevices() > 0,
    );
    return groups
      .map(([group, exposure]) => ({ group, score: ratings === undefined ? 0 : exposureScore(exposure, ratings) }))
      .sort((a, b) => (a.group < b.group ? -1 : 1));
  }
}

/** Whether an ascending column holds the value. */
function holds(column: Int32Array, value: number): boolean {
  return placeOf(column, value) !== -1;
}

/** Where it stands; -1 where it does not. */
function placeOf(column: Int32Array, value: number): number {
  let from = 0;
  let to = column.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((column[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return column[from] === value ? from : -1;
}
