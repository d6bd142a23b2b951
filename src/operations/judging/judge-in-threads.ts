import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { plainCompiled } from '../../catalogue/catalogue-format.ts';
import type { CompiledCatalogue } from '../../catalogue/catalogue-format.ts';
import { loadCorrections } from '../../catalogue/corrections.ts';
import type { Correction } from '../../catalogue/corrections.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import type { Contribution } from '../contribution.ts';
import { moduleBeside } from '../run-in-thread.ts';

/** What a thread is given once. */
export interface JudgeSetup {
  readonly compiled: CompiledCatalogue;
  /** Of the catalogue. */
  readonly id: string;
  readonly corrections: readonly Correction[];
}

export interface JudgeOrder {
  readonly id: string;
  readonly state: PatchState;
}

/** Without a contribution where the state could not be judged. */
export interface JudgedState {
  readonly id: string;
  readonly contribution?: Contribution;
}

/** States sent to a thread at once: some milliseconds of its work, one of whoever takes them over. */
const perOrder = 20;

/** Each thread has the catalogue in memory for as long as it works, some hundred megabytes. */
const mostThreads = 4;

/** Verdicts are large and soon gone: collected early, they do not spread over the memory. */
const youngMb = 16;

/**
 * Megabytes of a thread's memory: what a catalogue in use takes (some 20 bytes for each of its columns) with little room to judge in. Without
 * a limit a thread spreads to twice this before it collects; one that comes to it all the same ends, and leaves its states to the caller.
 */
function roomFor({ columns }: CompiledCatalogue): number {
  const bytes = Object.values(columns).reduce((sum, column) => sum + column.byteLength, 0);
  return Math.ceil(48 + (20 * bytes) / 1e6);
}

/**
 * Judges states on threads of their own, in their order; `take` is called with each as it comes. Whoever waits can do other
 * work meanwhile. A thread that fails leaves the states that it had; the caller judges these. `signal` ends the work.
 */
export async function judgeInThreads(
  catalogue: Catalogue,
  orders: Iterable<JudgeOrder>,
  { take, signal }: { readonly take: (judged: JudgedState) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { entries: corrections } = loadCorrections();
  const setup: JudgeSetup = { compiled: plainCompiled(catalogue.compiled), id: catalogue.id, corrections };
  const waiting = orders[Symbol.iterator]();
  const threads = Math.max(1, Math.min(mostThreads, availableParallelism()));
  await Promise.all(Array.from({ length: threads }, () => workOn(setup, waiting, { take, signal })));
}

function workOn(
  setup: JudgeSetup,
  waiting: Iterator<JudgeOrder>,
  { take, signal }: { readonly take: (judged: JudgedState) => void; readonly signal: AbortSignal },
): Promise<void> {
  const worker = new Worker(moduleBeside(import.meta.url, 'judge-worker'), {
    workerData: setup,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb, maxOldGenerationSizeMb: roomFor(setup.compiled) },
  });
  return new Promise((resolve) => {
    let underWay = 0;
    const end = (): void => {
      signal.removeEventListener('abort', end);
      void worker.terminate();
      resolve();
    };
    const send = (): void => {
      const orders = signal.aborted ? [] : next(waiting, perOrder);
      if (orders.length > 0) {
        underWay += 1;
        worker.postMessage(orders);
      } else if (underWay === 0) end();
    };
    worker.on('message', (judged: readonly JudgedState[]) => {
      underWay -= 1;
      // Before they are taken over, so that the thread does not wait for it.
      send();
      for (const each of judged) take(each);
    });
    worker.once('error', end);
    worker.once('exit', end);
    signal.addEventListener('abort', end, { once: true });
    // Two, so that one is at hand when the other is done.
    send();
    send();
  });
}

function next<Item>(items: Iterator<Item>, many: number): readonly Item[] {
  const taken: Item[] = [];
  for (; taken.length < many;) {
    const { value, done } = items.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}
