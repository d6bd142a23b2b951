import { parentPort, workerData } from 'node:worker_threads';
import { Catalogue } from '../../catalogue/catalogue.ts';
import { Corrections } from '../../catalogue/corrections.ts';
import { catalogueEngine } from '../catalogue-engine.ts';
import { Contributions } from '../contributions.ts';
import type { JudgedState, JudgeOrder, JudgeSetup } from './judge-in-threads.ts';

// Judges patch states on a thread of its own: a new catalogue means thousands of verdicts, in which a server has to answer.
const { compiled, id, corrections } = workerData as JudgeSetup;
const catalogue = new Catalogue({ ...compiled, findId: () => id }, new Corrections(corrections));
const engine = catalogueEngine(catalogue, false);

parentPort?.on('message', (orders: readonly JudgeOrder[]) => {
  // For these alone: what is equal is shared within a message, and whoever gets it shares it further.
  const contributions = new Contributions();
  parentPort?.postMessage(orders.map((order) => judged(order, contributions)));
});

/** What cannot be judged is left out here: the thread that ordered it finds out, and tells it, by itself. */
function judged({ id: stateId, state }: JudgeOrder, contributions: Contributions): JudgedState {
  try {
    const judgement = engine.judge?.(state);
    if (judgement === undefined) return { id: stateId };
    const { assessment } = judgement;
    const contribution = contributions.of({
      assessment,
      findings: judgement.findings(),
      osName: state.os.name,
      pendingReboot: state.pendingReboot,
      level: judgement.level(),
    });
    return { id: stateId, contribution };
  } catch {
    return { id: stateId };
  }
}
