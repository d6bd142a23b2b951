import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { csvCell } from './csv-cell.ts';

const cells: readonly [value: string | number | null, cell: string, says: string][] = [
  ['HOST1', 'HOST1', 'plain text'],
  ['a,b', '"a,b"', 'a comma'],
  ['say "x"', '"say ""x"""', 'quotes'],
  ['=1+1', "'=1+1", 'a formula'],
  ['+cmd', "'+cmd", 'a plus'],
  ['-cmd', "'-cmd", 'a minus'],
  ['@sum', "'@sum", 'an at sign'],
  ['\tx', "'\tx", 'a tab'],
  ['\n=x', '"\'\n=x"', 'a line break'],
  ['\uff1d1+1', "'\uff1d1+1", 'a wide equals sign'],
  ['\uff20sum', "'\uff20sum", 'a wide at sign'],
  [7, '7', 'a number'],
  [null, '', 'nothing'],
];

describe('a cell of the CSV', () => {
  for (const [value, cell, says] of cells) it(says, () => assert.equal(csvCell(value), cell));
});
