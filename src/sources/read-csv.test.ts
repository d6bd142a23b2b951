import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCsv } from './read-csv.ts';

async function rowsOf(text: string): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  await readCsv(text, (cells) => void rows.push(cells));
  return rows;
}

describe('a table with commas', () => {
  const tables: readonly [says: string, text: string, expected: readonly (readonly string[])[]][] = [
    [
      'rows end with LF',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'or with CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'the last may have no end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['quotes hold commas, quotes and lines', '"a,""b""\nc",d\n', [['a,"b"\nc', 'd']]],
    [
      'quotes before a CRLF',
      '"a","b"\r\n1,"2"\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a quote inside a cell is a character', 'a "b" c,d\n', [['a "b" c', 'd']]],
    ['empty cells stay', ',a,\n', [['', 'a', '']]],
    [
      'empty lines and comments are passed by',
      '#x\n\na,b\n\n# y,z\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a byte-order mark is none of its cells', '\ufeffa,b\n', [['a', 'b']]],
    ['nothing', '', []],
  ];
  for (const [says, text, expected] of tables) it(says, async () => assert.deepEqual(await rowsOf(text), expected));

  const refused: readonly [says: string, text: string, reason: RegExp][] = [
    ['a quote that is not closed', 'a,b\n"1,2\n3,4\n', /not closed/],
    ['a row of too many cells', `a,b\n${','.repeat(1000)}\n`, /more than 1000 cells/],
    ['a line without end', `a,b\n${'x'.repeat(100_001)}\n`, /more than 100000 characters/],
  ];
  for (const [says, text, reason] of refused) it(says, () => assert.rejects(rowsOf(text), reason));

  it('ends with what the taker throws', async () => {
    const taken: string[] = [];
    const take = ([first = '']: readonly string[]): void => {
      taken.push(first);
      if (first === '2') throw new Error('enough');
    };
    await assert.rejects(readCsv('1\n2\n3\n', take), /enough/);
    assert.deepEqual(taken, ['1', '2']);
  });
});
