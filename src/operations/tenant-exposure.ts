import type { Coverage } from '../assessment/assessment.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { Contribution } from './contribution.ts';

interface CountedState {
  devices: number;
  readonly contribution: Contribution;
}

/** How many of a tenant's devices miss which update and have which software, by counting patch states, not devices. */
export class TenantExposure {
  readonly #states = new Map<string, CountedState>();
  readonly #missing = new Map<KbNumber, number>();
  readonly #installed = new Map<string, number>();
  readonly #exposed = new Map<string, number>();
  readonly #coverage: Record<Coverage, number> = { assessed: 0, 'partly-assessed': 0, 'not-assessed': 0 };

  /** Adds `devices` (or takes away, where negative) in a state; `contribute` is asked for a state not counted so far. */
  change(patchStateId: string, devices: number, contribute: (patchStateId: string) => Contribution): void {
    const state = this.#states.get(patchStateId) ?? { devices: 0, contribution: contribute(patchStateId) };
    state.devices += devices;
    if (state.devices > 0) this.#states.set(patchStateId, state);
    else this.#states.delete(patchStateId);
    this.#add(state.contribution, devices);
  }

  countMissing(kb: KbNumber): number {
    return this.#missing.get(kb) ?? 0;
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

  /** The states in use and how many devices stand in each. */
  states(): ReadonlyMap<string, { readonly devices: number; readonly contribution: Contribution }> {
    return this.#states;
  }

  #add({ coverage, missing, software }: Contribution, devices: number): void {
    this.#coverage[coverage] += devices;
    for (const kb of missing) addTo(this.#missing, kb, devices);
    for (const { id, isExposed } of software) {
      addTo(this.#installed, id, devices);
      if (isExposed) addTo(this.#exposed, id, devices);
    }
  }
}

function addTo<Key>(counts: Map<Key, number>, key: Key, devices: number): void {
  const sum = (counts.get(key) ?? 0) + devices;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
