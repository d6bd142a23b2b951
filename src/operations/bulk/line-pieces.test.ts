import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linePieces } from './line-pieces.ts';
import { countLines, prepareLines } from './prepared-report.ts';

const longest = 20;
const long = 'x'.repeat(longest + 1);
const most = 'y'.repeat(longest);

const bodies: readonly [says: string, body: string, taken: readonly string[], tooLong: readonly number[]][] = [
  ['a long line alone', long, [], [1]],
  ['a long line with its newline', `${long}\n`, [], [1]],
  ['one between others', `a\n${long}\nb\n`, ['a', 'b'], [2]],
  ['several in a row', `${long}\n${long}\na\n${long}`, ['a'], [1, 2, 4]],
  ['the longest that is allowed', `${most}\n${most}\n\n${most}`, [most, most, most], []],
  ['a very long one', `a\n${long.repeat(50)}\nb`, ['a', 'b'], [2]],
  ['none', '', [], []],
];

async function* chunksOf(body: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) yield Buffer.from(body.slice(at, at + size));
}

describe('pieces of a body of lines', () => {
  for (const [says, body, taken, tooLong] of bodies) {
    for (const size of [1, 3, 21, 22, 10_000]) {
      it(`tell a line over the limit: ${says}, in chunks of ${size}`, async () => {
        const lines: string[] = [];
        const refused: number[] = [];
        let line = 1;
        for await (const piece of linePieces(chunksOf(body, size), longest)) {
          if (piece.tooLong) refused.push(line++);
          else {
            lines.push(...Buffer.from(piece.bytes).toString().split('\n'));
            line += countLines(piece.bytes);
          }
        }
        assert.deepEqual(
          lines.filter((each) => each !== ''),
          taken,
        );
        assert.deepEqual(refused, tooLong);
      });
    }
  }
});

describe('lines of a piece', () => {
  for (const [text, lines] of [
    ['', 0],
    ['\n', 1],
    ['\n\n\n', 3],
    ['\r\n\r\n', 2],
    ['\n\na', 3],
    ['a\r\n\n\r\n b', 4],
  ] as const) {
    it(`are ${lines} in ${JSON.stringify(text)}`, () => {
      const bytes = Buffer.from(text);
      assert.equal(countLines(bytes), lines);
      const prepared = prepareLines(bytes, 7);
      assert.equal(prepared.lines, lines);
      if (text.includes('b'))
        assert.deepEqual(
          prepared.rejected.map(({ line }) => line),
          [7, 10],
        );
    });
  }
});
