import { LRUCache } from 'lru-cache';
import type { AssessedOs, Assessment, Coverage } from '../assessment/assessment.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { Store } from '../store/store.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { UpdateKind } from '../terms/update-kind.ts';
import type { Contribution } from './contribution.ts';
import { Contributions } from './contributions.ts';
import type { Engine } from './engine.ts';
import { PatchStateMissingError } from './operation-error.ts';

/**
 * Kept assessments, some 100 KB each for a device years behind; one that fell out is made again, at the cost of a
 * millisecond or two.
 */
const maxAssessments = 1000;
/** Kept contributions and systems, some hundred bytes each. */
const maxContributions = 50_000;

/** What a report is answered with, and what a device row says: the least of an assessment. */
export interface VerdictOutline {
  readonly os: AssessedOs;
  readonly coverage: Coverage;
  readonly install: readonly KbNumber[];
  /** Number of rows in the `all` list. */
  readonly missing: number;
}

/** The assessments of one engine by patch state: each state is judged once, however many devices stand in it. */
export class Verdicts {
  readonly engine: Engine;
  readonly #store: Store;
  readonly #assessments = new LRUCache<string, Assessment>({ max: maxAssessments });
  readonly #systems = new LRUCache<string, AssessedOs>({ max: maxContributions });
  readonly #kept = new LRUCache<string, Contribution>({ max: maxContributions });
  readonly #contributions = new Contributions();

  constructor(engine: Engine, store: Store) {
    this.engine = engine;
    this.#store = store;
  }

  /** @throws {PatchStateMissingError} */
  get(patchStateId: string): Assessment {
    return (
      this.#assessments.get(patchStateId) ?? this.#judge(patchStateId, this.getPatchState(patchStateId)).assessment
    );
  }

  /** The outline for a state at hand, which need not be kept yet; it is asked for only where it was not judged before. */
  outlineFor(patchStateId: string, state: () => PatchState): VerdictOutline {
    return outlineOf(this.#kept.get(patchStateId) ?? this.#judge(patchStateId, state()).contribution);
  }

  /** As `outlineFor`, of the operating system alone, which seldom needs a verdict. */
  osFor(patchStateId: string, state: () => PatchState): AssessedOs {
    const known = this.#kept.get(patchStateId)?.os ?? this.#systems.get(patchStateId);
    if (known !== undefined) return known;
    const os = this.engine.identify(state());
    this.#systems.set(patchStateId, os);
    return os;
  }

  /** Whether `contribution` has its answer at hand. */
  has(patchStateId: string): boolean {
    return this.#kept.has(patchStateId);
  }

  /** What a device in the state adds to its tenant's exposure. @throws {PatchStateMissingError} */
  contribution(patchStateId: string): Contribution {
    return this.#kept.get(patchStateId) ?? this.#judge(patchStateId, this.getPatchState(patchStateId)).contribution;
  }

  /** Takes over what an equal engine judged elsewhere: on another thread, or before this process began. */
  adopt(patchStateId: string, contribution: Contribution): Contribution {
    const adopted = this.#contributions.adopt(contribution);
    this.#kept.set(patchStateId, adopted);
    return adopted;
  }

  /** What sort of update it is; `undefined` for one that no device lacked so far. */
  kindOf(kb: KbNumber): UpdateKind | undefined {
    return this.#contributions.kindOf(kb);
  }

  /** @throws {PatchStateMissingError} */
  getPatchState(patchStateId: string): PatchState {
    const state = this.#store.findPatchState(patchStateId);
    if (state === undefined) throw new PatchStateMissingError(patchStateId);
    return state;
  }

  #judge(patchStateId: string, state: PatchState): { assessment: Assessment; contribution: Contribution } {
    const judged = this.engine.judge?.(state);
    const assessment = judged?.assessment ?? this.engine.assess(state, null);
    // At once: until then what the rules found is held, some hundred KB.
    const contribution = this.#contributions.of({
      assessment,
      findings: judged?.findings(),
      osName: state.os.name,
      pendingReboot: state.pendingReboot,
      level: judged?.level() ?? null,
    });
    this.#kept.set(patchStateId, contribution);
    this.#assessments.set(patchStateId, assessment);
    return { assessment, contribution };
  }
}

function outlineOf({ os, coverage, install, missing }: Contribution): VerdictOutline {
  return { os, coverage, install, missing: missing.length };
}
