import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { directionOf, nextSort, shownColumns } from './column.ts';
import type { Column } from './column.ts';

const columns: readonly Column<string>[] = [
  { id: 'name', label: 'Name', width: 100, cell: (row) => row },
  { id: 'os', label: 'Windows', width: 100, cell: (row) => row },
  { id: 'tags', label: 'Tags', width: 100, isExtra: true, cell: (row) => row },
];

const shown: readonly (readonly [says: string, named: string | undefined, ids: string])[] = [
  ['the usual ones where the address names none', undefined, 'name,os'],
  ['those that it names, in their own order', 'tags,os', 'name,os,tags'],
  ['the first always', 'tags', 'name,tags'],
  ['none that there is not', 'bananas', 'name'],
];

const pressed: readonly (readonly [says: string, sort: string, current: string, next: string])[] = [
  ['another column: its natural direction', '-devices', 'kb', '-devices'],
  ['the same again: the other way', '-devices', '-devices', 'devices'],
  ['and back', '-devices', 'devices', '-devices'],
  ['a name from A first', 'name', '-devices', 'name'],
  ['then from Z', 'name', 'name', '-name'],
];

describe('columns that are shown', () => {
  for (const [says, named, ids] of shown) {
    it(says, () =>
      assert.equal(
        shownColumns(columns, named)
          .map(({ id }) => id)
          .join(','),
        ids,
      ),
    );
  }
});

describe('a pressed head', () => {
  for (const [says, sort, current, next] of pressed) it(says, () => assert.equal(nextSort(sort, current), next));

  it('tells the direction of the column that is sorted by, and of no other', () => {
    assert.equal(directionOf('-devices', '-devices'), 'descending');
    assert.equal(directionOf('-devices', 'devices'), 'ascending');
    assert.equal(directionOf('kb', 'devices'), undefined);
  });
});
