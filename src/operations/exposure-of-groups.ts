import { LRUCache } from 'lru-cache';
import type { Contribution } from './contribution.ts';
import { groupsKey } from './scope.ts';
import { TenantExposure } from './tenant-exposure.ts';

/** Sets of several groups whose sum is kept; clients that are bound to the same groups share one. */
const mostSums = 200;

/** A sum over several groups, kept in step with each change of one of them. */
interface GroupSum {
  readonly groups: ReadonlySet<string>;
  readonly exposure: TenantExposure;
}

/** The exposure of one tenant: of all its devices, of each device group, and of those sets of groups that somebody asked for. */
export class ExposureOfGroups {
  readonly #all = new TenantExposure();
  readonly #byGroup = new Map<string, TenantExposure>();
  readonly #sums = new LRUCache<string, GroupSum>({ max: mostSums });

  /** Adds `devices` (or takes away, where negative) of a group in a state; `contribute` is asked for a state not counted so far. */
  change(
    group: string,
    { patchStateId, devices }: { readonly patchStateId: string; readonly devices: number },
    contribute: (patchStateId: string) => Contribution,
  ): void {
    const known = this.#all.states().get(patchStateId)?.contribution;
    const contribution = known ?? contribute(patchStateId);
    const same = (): Contribution => contribution;
    this.#all.change(patchStateId, devices, same);
    this.#ofGroup(group).change(patchStateId, devices, same);
    for (const { groups, exposure } of this.#sums.values())
      if (groups.has(group)) exposure.change(patchStateId, devices, same);
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
