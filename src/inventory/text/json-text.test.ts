import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJsonText } from './json-text.ts';

const texts: readonly [says: string, text: string, values: readonly unknown[] | undefined][] = [
  ['one document', '{"a":1}', [{ a: 1 }]],
  ['one a line', '{"a":1}\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
  ['pages one after another', '{\n "a": 1\n}\n{\n "a": 2\n}\n', [{ a: 1 }, { a: 2 }]],
  ['pages without anything between them', '[{"a":1}][{"a":2}]', [[{ a: 1 }], [{ a: 2 }]]],
  ['brackets and quotes inside texts', '{"a":"}\\"]\\\\"}\r\n{"b":"{["}', [{ a: '}"]\\' }, { b: '{[' }]],
  ['a document that is cut', '{"a":1}\n{\n"b":', undefined],
  ['rubbish behind a document', '{\n"a":1}\nend', undefined],
  ['a document nested deeper than any report', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, undefined],
  [
    'such a line among others',
    `{"a":1}\n{"b":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n{"c":2}\n`,
    [{ a: 1 }, { c: 2 }],
  ],
  ['an open text', '{"a":"', undefined],
];

describe('parseJsonText reads', () => {
  for (const [says, text, values] of texts) {
    it(says, () => assert.deepEqual(parseJsonText(text)?.values, values));
  }
});
