import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wmicRows } from './wmic-rows.ts';

describe('rows of /format:csv', () => {
  for (const [says, separator] of [
    ['with commas, as wmic writes them', ','],
    ['with semicolons, as a spreadsheet saved them', ';'],
    ['with tabs', '\t'],
  ] as const)
    it(says, () => {
      const text = ['', ['Node', 'CSName', 'HotFixID'], ['PC-1', 'PC-1', 'KB5034127'], ['PC-2', 'PC-2', 'KB5034129']]
        .map((cells) => (typeof cells === 'string' ? cells : cells.join(separator)))
        .join('\r\r\n');
      assert.deepEqual(
        wmicRows(text, (names) => names.has('hotfixid')).map(({ host, cells }) => [host, cells.get('hotfixid')]),
        [
          ['PC-1', 'KB5034127'],
          ['PC-2', 'KB5034129'],
        ],
      );
    });
});
