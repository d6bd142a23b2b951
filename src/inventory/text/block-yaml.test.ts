import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InventoryFormatError } from '../readers/inventory-format-error.ts';
import { readBlockYaml } from './block-yaml.ts';

function only(text: string): unknown {
  const documents = readBlockYaml('file', text);
  assert.equal(documents.length, 1);
  return documents[0];
}

describe('block YAML', () => {
  const cases: readonly [says: string, text: string, value: unknown][] = [
    ['a mapping', 'a: 1\nb: "two"\n', { a: '1', b: 'two' }],
    ['nothing in several spellings', 'a:\nb: ~\nc: null\nd: ""\n', { a: null, b: null, c: null, d: '' }],
    ['a list at its key’s own indentation', 'a:\n- x\n- y\nb: z\n', { a: ['x', 'y'], b: 'z' }],
    ['a deeper list of mappings', 'a:\n  - k: 1\n    l: 2\n  - k: 3\n', { a: [{ k: '1', l: '2' }, { k: '3' }] }],
    ['a list of lists', '- - 1\n  - 2\n- - 3\n', [['1', '2'], ['3']]],
    ['an item on the next line', 'a:\n  -\n    k: 1\n', { a: [{ k: '1' }] }],
    ['empty collections', 'a: {}\nb: []\n', { a: {}, b: [] }],
    [
      'anchors, tags and what refers to them',
      'a: &id001\n- x\nb: *id001\nc: !unsafe hi\nd: &x {}\n',
      { a: ['x'], b: null, c: 'hi', d: {} },
    ],
    ['comments', '# x\na: 1 # one\n\n# y\nb: a#b\n', { a: '1', b: 'a#b' }],
    ['a text in two lines', 'a: one\n  two\nb: 3\n', { a: 'one two', b: '3' }],
    ['a colon inside', 'a: 10:20\n"b c": "d: e"\n', { a: '10:20', 'b c': 'd: e' }],
    ['quotes and escapes', `a: "x\\ny\\u00e9"\nb: 'it''s'\n`, { a: 'x\nyé', b: "it's" }],
    ['a quoted text in two lines', 'a: "one\n  two"\nb: 1\n', { a: 'one two', b: '1' }],
    ['texts in blocks', 'a: |-\n  x: 1\n\n  y\nb: >\n  p\n  q\nc: 1\n', { a: 'x: 1\n\ny', b: 'p q', c: '1' }],
    ['one scalar', 'hello\n', 'hello'],
    ['a value below its key', 'a:\n  hello\n', { a: 'hello' }],
  ];
  for (const [says, text, value] of cases) it(says, () => assert.deepEqual(only(text), value));

  it('several documents', () => {
    assert.deepEqual(readBlockYaml('file', '---\na: 1\n---\nb: 2\n...\n'), [{ a: '1' }, { b: '2' }]);
    assert.deepEqual(readBlockYaml('file', ''), []);
  });

  it('makes __proto__ a key like any other', () => {
    const value = only('__proto__:\n  polluted: 1\n') as object;
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  for (const text of ['a: 1\n   b: 2\n- c\n', 'a:\n    b: 1\n  c: 2\n', 'a: "open\n', 'a: 1\nplain\n'])
    it(`${JSON.stringify(text)} is refused, naming the line`, () =>
      assert.throws(() => readBlockYaml('file', text), /file: expected YAML.*line \d+/s));

  it('deep nesting is refused, whatever comes is no crash', () => {
    assert.throws(() => readBlockYaml('file', '- '.repeat(5000)), InventoryFormatError);
    const piece = fc.constantFrom('- ', 'a:', ' ', '  ', '\n', '"', "'", '|', '#', 'x', '---\n', ': ', '{}', '\\');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          readBlockYaml('file', pieces.join(''));
        } catch (error) {
          assert.ok(error instanceof InventoryFormatError);
        }
      }),
    );
  });
});
