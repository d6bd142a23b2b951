import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SettledFiles } from './settled-files.ts';

const file = (
  path: string,
  sizeBytes: number,
  changedMs = 1,
): { path: string; sizeBytes: number; changedMs: number } => ({
  path,
  sizeBytes,
  changedMs,
});

describe('SettledFiles', () => {
  const looks: readonly [
    says: string,
    atMs: number,
    files: readonly ReturnType<typeof file>[],
    settled: readonly string[],
  ][] = [
    ['a new file has to stay', 0, [file('a', 1)], []],
    ['not long enough', 4999, [file('a', 1), file('b', 1)], []],
    ['long enough', 5000, [file('a', 1), file('b', 1)], ['a']],
    ['longer', 9000, [file('a', 1), file('b', 2)], ['a']],
    ['another size begins anew', 10_000, [file('b', 2)], []],
    ['another time of the same size, too', 12_000, [file('a', 1), file('b', 2, 7)], []],
    ['and so does one that was away', 16_999, [file('a', 1), file('b', 2, 7)], []],
    ['both stayed', 17_000, [file('a', 1), file('b', 2, 7)], ['a', 'b']],
  ];
  it('takes a file once size and time have stayed for long enough', () => {
    const settled = new SettledFiles(5000);
    for (const [says, atMs, files, expected] of looks)
      assert.deepEqual(
        settled.look(files, atMs).map(({ path }) => path),
        expected,
        says,
      );
  });

  it('without a time to settle it takes a file at first sight', () => {
    assert.equal(new SettledFiles(0).look([file('a', 1)], 0).length, 1);
  });
});
