import type { Judgement } from '../assessment/assess.ts';
import type { AssessedOs, Assessment } from '../assessment/assessment.ts';
import type { Evidence } from '../assessment/evidence.ts';
import type { Catalogue, CatalogueSummary } from '../catalogue/catalogue.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { KbNumber } from '../terms/kb-number.ts';

/** One catalogue with the rules that judge by it. Immutable: a new catalogue is a new engine. */
export interface Engine {
  readonly catalogue: CatalogueSummary;
  /** Whether the catalogue is the one that came with the program. */
  readonly starter: boolean;
  /** The catalogue itself, for what is shown beside a verdict; without it those fields are `null`. */
  readonly published?: Catalogue;
  /** Whether another thread that is given the catalogue judges alike: not where corrections of one's own apply. */
  readonly isForThreads?: boolean;
  /** What the first verdict makes for all later ones, in steps; doing them ahead only spreads the work. */
  readonly firstSteps?: readonly (() => unknown)[];
  /**
   * Pure: equal states give equal verdicts. `asOf`: `YYYY-MM-DD` (UTC), only updates released on or before it count; `null`
   * for all that the catalogue knows.
   */
  assess(state: PatchState, asOf: string | null): Assessment;
  /** What `assess` says of the operating system; mostly without judging the rest. */
  identify(state: PatchState): AssessedOs;
  /** By all that the catalogue knows, with what is open one by one; without it only counts are known. */
  judge?(state: PatchState): Judgement;
  explain(state: PatchState, kb: KbNumber, asOf: string | null): Evidence;
}
