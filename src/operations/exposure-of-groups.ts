import { LRUCache } from 'lru-cache';
import type { Contribution } from './contribution.ts';
import { groupsKey } from './scope.ts';
import { TenantExposure } from './tenant-exposure.ts';

/** Sets of several groups whose sum is kept; clients that are bound to the same groups share one. */
const mostSums = 200;

/** By how many the devices in a state grew, or shrank where negative. */
interface StateChange {
  readonly patchStateId: string;
  readonly devices: number;
}

/** What one device in a state adds. */
export type Contribute = (patchStateId: string) => Contribution;

/** A sum over several groups, kept in step with each change of one of them. */
interface GroupSum {
  readonly groups: ReadonlySet<string>;
  readonly exposure: TenantExposure;
}

/** The exposure of one tenant: of all its devices, of each device group, and of those sets of groups that somebody asked for. */
export class ExposureOfGroups {
  readonly #all = new TenantExposure();
  readonly #byGroup = new Map<string, TenantExposure>();
  /** Devices by group, by state that is not judged yet: they are in none of the counts. */
  readonly #waiting = new Map<string, Map<string, number>>();
  readonly #sums = new LRUCache<string, GroupSum>({ max: mostSums });

  /**
   * Adds `devices` (or takes away, where negative) of a group in a state. A state not counted so far is judged by `contribute`;
   * without it, its devices wait for `settleOne`.
   */
  change(group: string, { patchStateId, devices }: StateChange, contribute?: Contribute): void {
    const known = this.#all.states().get(patchStateId)?.contribution;
    if (known !== undefined) this.#count(group, { patchStateId, devices }, known);
    else this.#wait(group, { patchStateId, devices });
    if (contribute !== undefined) this.#settle(patchStateId, contribute);
  }

  /** Judges a state that waits, and counts its devices; `false` where none waits. Counts are exact once none does. */
  settleOne(contribute: Contribute): boolean {
    const [patchStateId] = this.#waiting.keys();
    if (patchStateId === undefined) return false;
    this.#settle(patchStateId, contribute);
    return true;
  }

  /** States that wait. */
  waiting(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  get isSettled(): boolean {
    return this.#waiting.size === 0;
  }

  /** Devices of a group in a state, judged or not. */
  devicesIn(group: string, patchStateId: string): number {
    const judged = this.#byGroup.get(group)?.states().get(patchStateId)?.devices ?? 0;
    return judged + (this.#waiting.get(patchStateId)?.get(group) ?? 0);
  }

  /** Whether devices stand in the state, judged or not. */
  has(patchStateId: string): boolean {
    return this.#all.states().has(patchStateId) || this.#waiting.has(patchStateId);
  }

  /** Of every group and state, those that wait too. */
  devices(): readonly (readonly [group: string, patchStateId: string, devices: number])[] {
    const all: (readonly [string, string, number])[] = [];
    for (const [group, exposure] of this.#byGroup)
      for (const [patchStateId, { devices }] of exposure.states()) all.push([group, patchStateId, devices]);
    for (const [patchStateId, groups] of this.#waiting)
      for (const [group, devices] of groups) all.push([group, patchStateId, devices]);
    return all;
  }

  /** `null`: of every device. */
  of(groups: ReadonlySet<string> | null): TenantExposure {
    if (groups === null) return this.#all;
    if (groups.size === 1) for (const group of groups) return this.#byGroup.get(group) ?? new TenantExposure();
    const key = groupsKey(groups);
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      sum = { groups, exposure: this.#sumOf(groups) };
      this.#sums.set(key, sum);
    }
    return sum.exposure;
  }

  /** Those that devices are in, `''` for no group. */
  groups(): ReadonlyMap<string, TenantExposure> {
    return this.#byGroup;
  }

  #wait(group: string, { patchStateId, devices }: StateChange): void {
    const groups = this.#waiting.get(patchStateId) ?? new Map<string, number>();
    const sum = (groups.get(group) ?? 0) + devices;
    if (sum === 0) groups.delete(group);
    else groups.set(group, sum);
    if (groups.size === 0) this.#waiting.delete(patchStateId);
    else this.#waiting.set(patchStateId, groups);
  }

  #settle(patchStateId: string, contribute: Contribute): void {
    const groups = this.#waiting.get(patchStateId);
    if (groups === undefined) return;
    const contribution = contribute(patchStateId);
    this.#waiting.delete(patchStateId);
    for (const [group, devices] of groups) this.#count(group, { patchStateId, devices }, contribution);
  }

  #count(group: string, { patchStateId, devices }: StateChange, contribution: Contribution): void {
    const same = (): Contribution => contribution;
    this.#all.change(patchStateId, devices, same);
    this.#ofGroup(group).change(patchStateId, devices, same);
    for (const { groups, exposure } of this.#sums.values())
      if (groups.has(group)) exposure.change(patchStateId, devices, same);
  }

  #ofGroup(group: string): TenantExposure {
    let exposure = this.#byGroup.get(group);
    if (exposure === undefined) {
      exposure = new TenantExposure();
      this.#byGroup.set(group, exposure);
    }
    return exposure;
  }

  #sumOf(groups: ReadonlySet<string>): TenantExposure {
    const sum = new TenantExposure();
    for (const group of groups)
      for (const [patchStateId, { devices, contribution }] of this.#byGroup.get(group)?.states() ?? [])
        sum.change(patchStateId, devices, () => contribution);
    return sum;
  }
}
