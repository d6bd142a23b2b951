import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { en } from './en.ts';
import { formatsOf } from './formats.ts';
import { chooseLanguage, localeOf } from './language.ts';
import { zhTw } from './zh-tw.ts';

const choices: readonly (readonly [says: string, kept: string | null, wanted: readonly string[], language: string])[] =
  [
    ['English where nothing is known', null, [], 'en'],
    ['what was chosen before', 'zh-TW', ['en-US'], 'zh-TW'],
    ['nothing that the page does not speak', 'fr', ['de-DE'], 'en'],
    ['the first of the browser that it speaks', null, ['de-DE', 'zh-Hant-HK', 'en'], 'zh-TW'],
    ['Taiwan and Hong Kong write Traditional Chinese', null, ['zh-HK'], 'zh-TW'],
    ['mainland China does not', null, ['zh-CN', 'en'], 'en'],
    ['any English', null, ['en-AU'], 'en'],
    ['nothing that is no language', null, ['!', 'zh-TW'], 'zh-TW'],
  ];

describe('the language', () => {
  for (const [says, kept, wanted, language] of choices)
    it(says, () => assert.equal(chooseLanguage(kept, wanted), language));

  it("writes dates as the reader's variety of it does", () => {
    assert.equal(localeOf('en', ['de', 'en-GB']), 'en-GB');
    assert.equal(localeOf('zh-TW', ['en']), 'zh-TW');
  });
});

describe('numbers and dates', () => {
  const british = formatsOf('en-GB');
  const cases: readonly (readonly [says: string, shown: string, expected: string])[] = [
    ['a day, whatever the time zone', british.day('2026-06-09'), '9 Jun 2026'],
    ['what is no date, as it came', british.day('soon'), 'soon'],
    ['a month of MSRC', british.month('2026-Jun'), 'Jun 2026'],
    ['a document that is no month', british.month('2016-Jun-B'), '2016-Jun-B'],
    ['a share', british.share(0.0432), '4.3%'],
    ['a large number', formatsOf('de').number(1_234_567), '1.234.567'],
    ['a day in Traditional Chinese', formatsOf('zh-TW').day('2026-06-09'), '2026年6月9日'],
  ];
  for (const [says, shown, expected] of cases) it(says, () => assert.equal(shown, expected));
});

describe('Traditional Chinese', () => {
  it('says everything that English says, and nothing else', () => {
    assert.deepEqual(keysOf(zhTw), keysOf(en));
  });

  it('leaves no English sentence', () => {
    const untranslated = textsOf(zhTw).filter(
      (text) => /[a-z]{3,} [a-z]{3,}/i.test(text) && !/\p{Script=Han}/u.test(text),
    );
    assert.deepEqual(untranslated, ['Flash Player', 'Microsoft Update Catalog']);
  });
});

type Node = string | ((...args: never[]) => string) | { readonly [key: string]: Node };

function keysOf(node: Node, path = ''): readonly string[] {
  if (typeof node === 'string' || typeof node === 'function') return [path];
  return Object.entries(node)
    .flatMap(([key, value]) => keysOf(value, `${path}.${key}`))
    .toSorted();
}

function textsOf(node: Node): readonly string[] {
  if (typeof node === 'string') return [node];
  return typeof node === 'function' ? [] : Object.values(node).flatMap(textsOf);
}
