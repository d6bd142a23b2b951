import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Store } from '../../store/store.ts';
import type { Contribution } from '../contribution.ts';
import { Turn } from '../turn.ts';
import type { Verdicts } from '../verdicts.ts';
import { judgeInThreads } from './judge-in-threads.ts';
import type { JudgeOrder } from './judge-in-threads.ts';
import type { KeptVerdicts } from './kept-verdicts.ts';

/** Other work has its turn after so long: the first verdicts by a new catalogue take tens of milliseconds each. */
const turnMs = 4;

/** Of fewer states the judging takes less time than threads to begin with. */
export const fewestForThreads = 300;

export interface JudgingOptions {
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly beforeThreads: (() => void) | undefined;
}

interface JudgeAheadOptions extends JudgingOptions {
  readonly kept: KeptVerdicts | undefined;
  /** What the state adds; never throws. */
  readonly contribute: (patchStateId: string) => Contribution;
}

/**
 * Contributions of many states before somebody waits for them, in their order: those kept from before, the others on threads, what
 * these leave here, a few milliseconds at a time.
 */
export async function judgeAhead(
  verdicts: Verdicts,
  patchStateIds: ReadonlySet<string>,
  { kept, contribute, ...judging }: JudgeAheadOptions,
): Promise<ReadonlyMap<string, Contribution>> {
  const prepared = new Map<string, Contribution>();
  if (patchStateIds.size > 0 && catalogueElsewhere(verdicts) !== undefined) {
    await kept?.read(verdicts.engine.catalogue.id, ([id, contribution]) => {
      if (patchStateIds.has(id)) prepared.set(id, verdicts.adopt(id, contribution));
    });
  }
  const left = patchStateIds.difference(prepared);
  if (left.size >= fewestForThreads)
    for (const [id, contribution] of await judgeApart(verdicts, left, judging)) prepared.set(id, contribution);
  // The catalogue was loaded just now, and the first verdict by it takes longer than all that follow.
  await nextTurn();
  for (const step of verdicts.engine.firstSteps ?? []) {
    step();
    await nextTurn();
  }
  const turn = new Turn(turnMs);
  for (const id of left) {
    if (judging.signal.aborted) break;
    if (prepared.has(id)) continue;
    prepared.set(id, contribute(id));
    if (turn.isOver) await turn.pass();
  }
  return prepared;
}

/** On threads of their own; what these leave is judged where it is asked for. */
export async function judgeApart(
  verdicts: Verdicts,
  patchStateIds: Iterable<string>,
  { store, signal, beforeThreads }: JudgingOptions,
): Promise<ReadonlyMap<string, Contribution>> {
  const judged = new Map<string, Contribution>();
  const catalogue = catalogueElsewhere(verdicts);
  if (catalogue === undefined) return judged;
  const orders = function* (): Generator<JudgeOrder> {
    for (const id of patchStateIds) {
      const state = verdicts.has(id) ? undefined : store.findPatchState(id);
      if (state !== undefined) yield { id, state };
    }
  };
  beforeThreads?.();
  await judgeInThreads(catalogue, orders(), {
    signal,
    take({ id, contribution }) {
      if (contribution !== undefined) judged.set(id, verdicts.adopt(id, contribution));
    },
  });
  return judged;
}

/** The catalogue by which a thread, or a process that begins later, judges alike; `undefined` where none does. */
export function catalogueElsewhere({ engine }: Verdicts): Catalogue | undefined {
  return engine.isForThreads === true ? engine.published : undefined;
}
