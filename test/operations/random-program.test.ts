import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { programDatabases } from '../support/program-databases.ts';

// In short what `npm run test:soak` does in full.

describe('whatever is done, and by how many nodes at once, counts are what the rows say', () => {
  for (const { name, skip, run } of programDatabases)
    for (const [nodes, operations] of [
      [1, 6000],
      [2, 4000],
    ] as const)
      it(`${name}, ${nodes === 1 ? 'one node' : `${nodes} nodes`}`, { skip }, async (t) => {
        const seed = Date.now() % 1_000_000;
        t.diagnostic(`seed ${seed}`);
        const outcome = await run(t, { seed, operations, nodes });
        t.diagnostic(JSON.stringify(outcome));
        for (const what of ['reported', 'reported again', 'deleted', 'imported together', 'held against every row'])
          assert.ok((outcome[what] ?? 0) > 0, what);
      });
});
