import { describe, it } from 'node:test';
import { programDatabases } from '../support/program-databases.ts';

// A million operations on each database; KBGAP_SOAK_OPERATIONS sets another number, KBGAP_SOAK_SEED a seed that failed,
// KBGAP_SOAK_DATABASE one database alone.

const { KBGAP_SOAK_OPERATIONS = '1000000', KBGAP_SOAK_SEED, KBGAP_SOAK_DATABASE } = process.env;
const operations = Number(KBGAP_SOAK_OPERATIONS);
const seed = Number(KBGAP_SOAK_SEED ?? Date.now() % 1_000_000);

describe(`counts are what the rows say over ${operations} operations, seed ${seed}`, () => {
  for (const { name, skip, run } of programDatabases) {
    if (KBGAP_SOAK_DATABASE !== undefined && KBGAP_SOAK_DATABASE !== name) continue;
    for (const nodes of [1, 2])
      it(`${name}, ${nodes === 1 ? 'one node' : `${nodes} nodes`}`, { skip }, async (t) => {
        const began = performance.now();
        const seconds = (): number => Math.round((performance.now() - began) / 1000);
        // At once: a diagnostic is shown when all is over.
        const onProgress = (done: number): void =>
          void process.stderr.write(`${name}, nodes ${nodes}: ${done} operations after ${seconds()} s\n`);
        const outcome = await run(t, { seed, operations: operations / 2, nodes, onProgress });
        t.diagnostic(`${seconds()} s, ${JSON.stringify(outcome)}`);
      });
  }
});
