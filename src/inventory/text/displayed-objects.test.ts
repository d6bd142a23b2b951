import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { displayedObjects } from './displayed-objects.ts';

/** Texts in the shapes that Format-Table and Format-List give, with the objects they show. */
const shown: readonly [says: string, text: string, objects: readonly Record<string, string>[]][] = [
  [
    'a table whose number is longer than its heading',
    'Name Size Title\n---- ---- -----\na    12MB one\nb  1234MB two words\n',
    [
      { name: 'a', size: '12MB', title: 'one' },
      { name: 'b', size: '1234MB', title: 'two words' },
    ],
  ],
  ['a table of one column', 'HotFixID\n--------\nKB1\nKB2\n', [{ hotfixid: 'KB1' }, { hotfixid: 'KB2' }]],
  [
    'tables one below the other, grouped by a name',
    '\n   PSComputerName: A\n\nId Name\n-- ----\n 1 x\n\n   PSComputerName: B\n\nId Name\n-- ----\n 2 y\n',
    [
      { pscomputername: 'A', id: '1', name: 'x' },
      { pscomputername: 'B', id: '2', name: 'y' },
    ],
  ],
  [
    'a list: a blank line or the same name again begins the next object',
    'Id   : 1\nName : x\n\nId   : 2\nName :\nId   : 3\n',
    [{ id: '1', name: 'x' }, { id: '2', name: '' }, { id: '3' }],
  ],
  ['a value that goes on below', 'Path : HKEY\\Curren\n       tVersion\n', [{ path: 'HKEY\\CurrentVersion' }]],
  ['colours of PowerShell 7', '\u001b[32;1mId : \u001b[0m1\n', [{ id: '1' }]],
  ['a table that is cut', 'Id Name\n-- ----\n', []],
  ['dashes under nothing', '\n----\nx\n', []],
];

describe('displayedObjects', () => {
  for (const [says, text, objects] of shown) {
    it(says, () =>
      assert.deepEqual(
        displayedObjects(text).map(({ fields }) => Object.fromEntries(fields)),
        objects,
      ),
    );
  }
});
