import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText } from './decode-text.ts';

/** A letter that is another one, or none, in the other code pages; bytes from Unicode's mapping tables (MICSFT/PC). */
const letters: readonly [language: string, byte: readonly number[], letter: string][] = [
  ['en-us', [0x9b], '¢'],
  ['it', [0xf3], '¾'],
  ['pt-br', [0xc6], 'ã'],
  ['pl', [0xa5], 'ą'],
  ['cs', [0xe7], 'š'],
  ['tr', [0xa7], 'ğ'],
  ['el', [0x80], 'Α'],
  ['lt', [0xd8], 'ž'],
  ['he', [0x80], 'א'],
  ['th', [0xa1], 'ก'],
  ['ru', [0x80], 'А'],
  ['zh-cn', [0xd6, 0xd0], '中'],
  ['zh-tw', [0xa4, 0xa4], '中'],
  ['ja', [0x93, 0xfa], '日'],
  ['ko', [0xc7, 0xd1], '한'],
];

describe('decodeText reads the console code page of the language that the report names', () => {
  for (const [language, byte, letter] of letters) {
    it(`${language}: ${letter}`, () => {
      const text = decodeText(Buffer.concat([Buffer.from(`Locale: ${language};x\r\nName: `), Buffer.from(byte)]));
      assert.equal(text, `Locale: ${language};x\r\nName: ${letter}`);
    });
  }
});
