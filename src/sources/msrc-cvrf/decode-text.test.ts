import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodePieces, decodeText } from './decode-text.ts';

describe('the text of a document in pieces', () => {
  const encodings: readonly [name: string, encode: (text: string) => Uint8Array][] = [
    ['UTF-8', (text) => Buffer.from(text)],
    ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 LE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 BE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ];
  for (const [name, encode] of encodings) {
    it(`of ${name} is the text, wherever it is cut`, () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (text, length) => {
          const bytes = encode(text);
          assert.equal([...decodePieces(bytes, length)].join(''), decodeText(bytes));
        }),
      );
    });
  }

  it('is refused where the bytes are no text', () => {
    for (const bytes of [[0x61, 0xff], [0xc3], [0xff, 0xfe, 0x00, 0xd8], [0xed, 0xa0, 0x80]]) {
      const wrong = Uint8Array.from(bytes);
      assert.throws(() => decodeText(wrong), /text, got bytes that are none/);
      assert.throws(() => [...decodePieces(wrong, 100)], /text, got bytes that are none/);
    }
  });
});
