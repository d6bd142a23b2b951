import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputOf } from '../../../../test/support/shown-inventory.ts';
import { wazuh } from './read.ts';

const page = (rows: readonly (readonly [agent: string, kb: string])[], total: number): object => ({
  data: {
    affected_items: rows.map(([agent, kb]) => ({ hotfix: kb, agent_id: agent, scan_id: 0 })),
    total_affected_items: total,
    total_failed_items: 0,
    failed_items: [],
  },
  error: 0,
});

/** Wazuh's API reference: `limit` is 500 unless told, `total_affected_items` counts all. */
const answers: readonly [says: string, pages: readonly object[], cut: readonly boolean[]][] = [
  ['a whole answer', [page([['005', 'KB5030219']], 1)], [false]],
  ['one page of more', [page([['005', 'KB5030219']], 700)], [true]],
  ['all pages', [page([['005', 'KB5030219']], 2), page([['005', 'KB5012170']], 2)], [false]],
  ['one agent whole, one not', [page([['005', 'KB5030219']], 1), page([['6', 'KB5030219']], 700)], [false, true]],
  [
    'a page of many agents',
    [
      page(
        [
          ['005', 'KB5030219'],
          ['006', 'KB5012170'],
        ],
        70_000,
      ),
    ],
    [true, true],
  ],
];

describe('pages of Wazuh’s API', () => {
  for (const [says, pages, cut] of answers) {
    it(says, () => {
      const { inventories } = wazuh.read(inputOf(pages.map((each) => JSON.stringify(each)).join('\n')));
      assert.deepEqual(
        inventories.map(({ updatesCut }) => updatesCut === true),
        cut,
      );
    });
  }
});
