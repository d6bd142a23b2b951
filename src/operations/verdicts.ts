import { LRUCache } from 'lru-cache';
import type { Assessment } from '../assessment/assessment.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { Store } from '../store/store.ts';
import type { Engine } from './engine.ts';
import { PatchStateMissingError } from './operation-error.ts';

/** Kept assessments; one that fell out is made again, at the cost of some milliseconds. */
const maxAssessments = 20_000;

/** The assessments of one engine by patch state: each state is judged once, however many devices stand in it. */
export class Verdicts {
  readonly engine: Engine;
  readonly #store: Store;
  readonly #assessments = new LRUCache<string, Assessment>({ max: maxAssessments });

  constructor(engine: Engine, store: Store) {
    this.engine = engine;
    this.#store = store;
  }

  has(patchStateId: string): boolean {
    return this.#assessments.has(patchStateId);
  }

  /** @throws {PatchStateMissingError} */
  get(patchStateId: string): Assessment {
    return this.#assessments.get(patchStateId) ?? this.#assess(patchStateId, this.getPatchState(patchStateId));
  }

  /** The same for a state at hand, which need not be kept yet; it is asked for only where it was not judged before. */
  getFor(patchStateId: string, state: () => PatchState): Assessment {
    return this.#assessments.get(patchStateId) ?? this.#assess(patchStateId, state());
  }

  /** @throws {PatchStateMissingError} */
  getPatchState(patchStateId: string): PatchState {
    const state = this.#store.findPatchState(patchStateId);
    if (state === undefined) throw new PatchStateMissingError(patchStateId);
    return state;
  }

  #assess(patchStateId: string, state: PatchState): Assessment {
    const assessment = this.engine.assess(state, null);
    this.#assessments.set(patchStateId, assessment);
    return assessment;
  }
}
