import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { formatMapping } from './column-mapping.ts';
import { parseMapping } from './parse-mapping.ts';

describe('a mapping is refused, naming the file, the key, what was expected and what came', () => {
  const wrong: readonly [says: string, text: string, message: RegExp][] = [
    ['no JSON', '{"name": ', /^map\.json: expected a mapping as JSON, got /],
    ['a list', '[]', /expected a mapping as a JSON object, got \[\]/],
    ['an unknown key', '{"name":"a","hotfixes":"b"}', /expected keys out of name, id, .*kbs.*, got "hotfixes"/],
    ['no device', '{"build":"b"}', /a column "name" or "id" .* got neither/],
    ['a column that is a list', '{"name":["a"]}', /name to be a heading such as "OS Build", .* got \["a"\]/],
    ['a column 0', '{"name":0}', /name to be a heading .* got 0/],
    ['a column of half a number', '{"name":1.5}', /got 1\.5/],
    ['a column without a name', '{"name":" "}', /got " "/],
    ['updates in something else', '{"name":"a","kbs":{"x":1}}', /kbs to be a heading/],
    ['an empty separator', '{"name":"a","kbSeparator":""}', /kbSeparator to be a text, got ""/],
    ['another order of days', '{"name":"a","dateOrder":"ydm"}', /dateOrder to be one of dmy, mdy, ymd, got "ydm"/],
    ['a state without meanings', '{"name":"a","state":"b"}', /"states" that say .* got none/],
    [
      'another meaning',
      '{"name":"a","state":"b","states":{"ok":"fine"}}',
      /states\.ok to be one of installed, .*missing, got "fine"/,
    ],
    ['a heading above the first row', '{"name":"a","heading":-1}', /heading to be the row .* got -1/],
    ['a sheet 0', '{"name":"a","sheet":0}', /sheet to be the name of a sheet, or its number from 1, got 0/],
    ['a system that is no word', '{"name":"a","system":"a b"}', /system to be a word such as "lansweeper", got "a b"/],
  ];
  for (const [says, text, message] of wrong)
    it(says, () =>
      assert.throws(
        () => parseMapping('map.json', text),
        (error: unknown) => error instanceof InventoryFormatError && message.test(error.message),
      ),
    );
});

describe('a mapping', () => {
  it('comes back from what it is written as', () => {
    const text = JSON.stringify({
      name: 'Computer',
      build: 3,
      state: 'Status',
      kbs: ['Updates', 'Hotfixes'],
      missingKbs: 'Needed',
      kbSeparator: ';',
      states: { ok: 'installed' },
      dateOrder: 'dmy',
      sheet: 2,
      heading: 4,
      records: 'data.items',
      system: 'lansweeper',
    });
    const mapping = parseMapping('a', text);
    assert.deepEqual(JSON.parse(formatMapping(mapping)), JSON.parse(text));
    assert.deepEqual(parseMapping('a', formatMapping(mapping)), mapping);
  });

  it('may have a byte-order mark, null for what is not there, and a $schema; __proto__ is a key like others', () => {
    const { columns, kbs } = parseMapping('a', '\ufeff{"$schema":"x","name":"a","build":null}');
    assert.deepEqual([columns, kbs], [{ name: 'a' }, []]);
    assert.throws(() => parseMapping('a', '{"name":"a","__proto__":{"id":"b"}}'), /"__proto__"/);
  });
});
