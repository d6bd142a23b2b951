import type { Coverage } from '../assessment/assessment.ts';
import type { ProductFindings } from '../assessment/findings.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { Contribution, InstalledSoftware } from './contribution.ts';

interface CountedState {
  devices: number;
  readonly contribution: Contribution;
}

/**
 * How many devices miss which update, have which software and are open to which CVE, by counting patch states, not devices.
 * CVEs and versions are counted when somebody asks: a change only notes the state.
 */
export class TenantExposure {
  readonly #states = new Map<string, CountedState>();
  readonly #missing = new Map<KbNumber, number>();
  readonly #installed = new Map<string, number>();
  readonly #exposed = new Map<string, number>();
  readonly #coverage: Record<Coverage, number> = { assessed: 0, 'partly-assessed': 0, 'not-assessed': 0 };
  readonly #open = new OpenCounts();
  readonly #installs = new Map<InstalledSoftware, number>();
  /** By how much they are behind: added up at the next question, however many reports came since. */
  #pendingOpen = new Map<readonly ProductFindings[], number>();
  #pendingInstalls = new Map<Contribution, number>();
  #derived = new Map<unknown, { readonly basis: unknown; readonly value: unknown }>();

  /** Adds `devices` (or takes away, where negative) in a state; `contribute` is asked for a state not counted so far. */
  change(patchStateId: string, devices: number, contribute: (patchStateId: string) => Contribution): void {
    const state = this.#states.get(patchStateId) ?? { devices: 0, contribution: contribute(patchStateId) };
    state.devices += devices;
    // Below zero for a moment: a device went that another process had brought, of which this one has not heard yet.
    if (state.devices !== 0) this.#states.set(patchStateId, state);
    else this.#states.delete(patchStateId);
    this.#add(state.contribution, devices);
    if (this.#derived.size > 0) this.#derived = new Map();
  }

  countMissing(kb: KbNumber): number {
    return this.#missing.get(kb) ?? 0;
  }

  /** Every update that some device misses, with how many do. */
  missing(): ReadonlyMap<KbNumber, number> {
    return this.#missing;
  }

  countInstalled(softwareId: string): number {
    return this.#installed.get(softwareId) ?? 0;
  }

  countExposed(softwareId: string): number {
    return this.#exposed.get(softwareId) ?? 0;
  }

  countCovered(coverage: Coverage): number {
    return this.#coverage[coverage];
  }

  countDevices(): number {
    return this.#coverage.assessed + this.#coverage['partly-assessed'] + this.#coverage['not-assessed'];
  }

  /** Devices open to each CVE, by `CveNumbers`; what lies beyond the end is open nowhere. To be read at once. */
  devicesByCve(): Int32Array {
    for (const [open, devices] of this.#pendingOpen) this.#open.add(open, devices);
    this.#pendingOpen = new Map();
    return this.#open.get();
  }

  /** Every product in every version, and how many devices have it so. To be read at once. */
  installs(): ReadonlyMap<InstalledSoftware, number> {
    for (const [{ software }, devices] of this.#pendingInstalls)
      for (const each of software) addTo(this.#installs, each, devices);
    this.#pendingInstalls = new Map();
    return this.#installs;
  }

  /** The states in use and how many devices stand in each. */
  states(): ReadonlyMap<string, { readonly devices: number; readonly contribution: Contribution }> {
    return this.#states;
  }

  /** A value that is reckoned from these counts and from `basis`, kept until either is another; by a key of the caller's own. */
  once<T>(key: unknown, basis: unknown, make: () => T): T {
    const known = this.#derived.get(key);
    if (known !== undefined && known.basis === basis) return known.value as T;
    const value = make();
    this.#derived.set(key, { basis, value });
    return value;
  }

  /** Drops what `once` keeps by this key. */
  forget(key: unknown): void {
    this.#derived.delete(key);
  }

  #add(contribution: Contribution, devices: number): void {
    const { coverage, missing, software } = contribution;
    this.#coverage[coverage] += devices;
    for (const kb of missing) addTo(this.#missing, kb, devices);
    const counted = new Map<string, boolean>();
    for (const { id, weaknesses } of software) counted.set(id, weaknesses > 0 || counted.get(id) === true);
    for (const [id, isExposed] of counted) {
      addTo(this.#installed, id, devices);
      if (isExposed) addTo(this.#exposed, id, devices);
    }
    addTo(this.#pendingOpen, contribution.open, devices);
    addTo(this.#pendingInstalls, contribution, devices);
  }
}

/** Devices by CVE. */
class OpenCounts {
  #devices = new Int32Array(1024);
  #seen = new Int32Array(1024);
  #turn = 0;

  get(): Int32Array {
    return this.#devices;
  }

  /** A CVE that is open in several products of a device counts it once. */
  add(open: readonly ProductFindings[], devices: number): void {
    this.#turn += 1;
    for (const { cves } of open) {
      this.#reach(cves.at(-1) ?? 0);
      const [counts, seen, turn] = [this.#devices, this.#seen, this.#turn];
      for (let index = 0; index < cves.length; index += 1) {
        const cve = cves[index] ?? 0;
        if (seen[cve] === turn) continue;
        seen[cve] = turn;
        counts[cve] = (counts[cve] ?? 0) + devices;
      }
    }
  }

  #reach(cve: number): void {
    if (cve < this.#devices.length) return;
    const grown = new Int32Array(Math.max(cve + 1, this.#devices.length * 2));
    grown.set(this.#devices);
    this.#devices = grown;
    const seen = new Int32Array(grown.length);
    seen.set(this.#seen);
    this.#seen = seen;
  }
}

function addTo<Key>(counts: Map<Key, number>, key: Key, devices: number): void {
  const sum = (counts.get(key) ?? 0) + devices;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
