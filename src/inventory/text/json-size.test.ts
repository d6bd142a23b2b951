import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sizeOfJson } from './json-size.ts';

const sizes: readonly [
  says: string,
  text: string,
  size: readonly [containers: number, values: number, depth: number],
][] = [
  ['an object with a list', '{"a":[1,2,3],"b":{}}', [3, 6, 2]],
  ['brackets inside of texts', '{"a":"[[[{{{,,,"}', [1, 1, 1]],
  ['quotes inside of texts', String.raw`{"a":"\\","b":"\"[[","c":[]}`, [2, 4, 2]],
  ['documents one a line', '{"a":1}\n{"a":2}\n', [2, 2, 1]],
  ['a text that is not closed', '["[[[', [1, 1, 1]],
];

describe('sizeOfJson counts', () => {
  for (const [says, text, [containers, values, depth]] of sizes)
    it(says, () => assert.deepEqual(sizeOfJson(text), { containers, values, depth }));
});
