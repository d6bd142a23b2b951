import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Database } from './database.ts';
import { NodeMark } from './node-mark.ts';

/** A database whose row of the node says `seq`, after it did not answer so many times. */
function databaseWith(seq: number, failures: number): Pick<Database, 'transaction'> {
  let left = failures;
  return {
    async transaction(_kind, work) {
      left -= 1;
      if (left >= 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return work({ rows: async (text) => (text.startsWith('SELECT') ? [{ seq: String(seq) }] : []) });
    },
  };
}

const cases: readonly (readonly [shows: string, seq: number, failures: number, wasDone: boolean])[] = [
  ['the commit is there', 3, 0, true],
  ['the commit is not there', 2, 0, false],
  ['it is there, said at the third try', 3, 2, true],
  ['it is not there, said at the third try', 2, 2, false],
];

describe('a commit whose answer was lost', () => {
  for (const [shows, seq, failures, wasDone] of cases) {
    it(shows, async () => {
      const mark = new NodeMark();
      mark.confirm();
      mark.confirm();
      const database = databaseWith(seq, failures);
      for (let failed = 0; failed < failures; failed += 1)
        await assert.rejects(mark.wasCommitted(database), { code: 'ECONNREFUSED' });
      assert.equal(await mark.wasCommitted(database), wasDone);
    });
  }
});
