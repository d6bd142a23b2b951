import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { workbookBytes } from '../../../../test/support/workbook.ts';
import { InventoryFormatError } from '../../readers/inventory-format-error.ts';
import { dateOfSerial } from './cell-styles.ts';
import { isWorkbook } from './open-workbook.ts';
import { readWorkbook } from './read-workbook.ts';
import { sheetTable } from './sheet-table.ts';

const devices = workbookBytes([
  { name: 'Notes', rows: [['made by hand']] },
  {
    name: 'Devices',
    rows: [
      ['Name', 'Seen', 'Build', 'Flag', 'Result', 'Broken'],
      [
        'PC <1> & "2"',
        { serial: 45580.5 },
        19045.393,
        { flag: true },
        { formula: '1+1', result: 2 },
        { error: '#N/A' },
      ],
    ],
  },
  { name: 'Secret', isHidden: true, rows: [['Name', 'Build']] },
]);

describe('a workbook', () => {
  it('gives the cells of the first visible sheet with a table: results of formulas, days, flags, nothing for errors', () => {
    const { rows, fractions } = readWorkbook('devices.xlsx', devices);
    assert.deepEqual(rows, [
      ['Name', 'Seen', 'Build', 'Flag', 'Result', 'Broken'],
      ['PC <1> & "2"', '2024-10-15T12:00:00Z', '19045.393', 'true', '2', ''],
    ]);
    assert.deepEqual([...fractions], ['1 2'], 'a day is no number with a fraction');
  });

  it('gives a sheet by its name in any case or its number, also a hidden one', () => {
    for (const choice of ['secret', 3])
      assert.deepEqual(readWorkbook('devices.xlsx', devices, choice).rows, [['Name', 'Build']]);
  });

  it('names its sheets where the one asked for is not there', () => {
    assert.throws(
      () => readWorkbook('devices.xlsx', devices, 'Other'),
      /the sheet "Other" .*"Notes", "Devices", "Secret"/,
    );
  });

  it('counts days from 1904 where it says so', () => {
    const bytes = workbookBytes(
      [
        {
          name: 'a',
          rows: [
            ['Name', 'Seen'],
            ['x', { serial: 44118 }],
          ],
        },
      ],
      { from1904: true },
    );
    assert.deepEqual(readWorkbook('a.xlsx', bytes).rows[1], ['x', '2024-10-15']);
  });

  /** Days by the calendar: 1 January 2000 is day 36526 of Excel, as its function DATE says. */
  const days: readonly [serial: number, date: string | undefined][] = [
    [36526, '2000-01-01'],
    [45580, '2024-10-15'],
    [45580.75, '2024-10-15T18:00:00Z'],
    [19045, undefined],
    [Number.NaN, undefined],
    [1e9, undefined],
  ];
  for (const [serial, date] of days) it(`day ${serial} is ${date}`, () => assert.equal(dateOfSerial(serial), date));
});

describe('the heading of a sheet', () => {
  const table = (rows: readonly (readonly string[])[], heading?: number): readonly string[] | undefined =>
    sheetTable({ rows, numbers: rows.map((_, at) => at + 1), fractions: new Set() }, heading)?.header;
  const cases: readonly [says: string, rows: readonly (readonly string[])[], header: readonly string[]][] = [
    [
      'the first row',
      [
        ['Name', 'Build'],
        ['a', '19045'],
      ],
      ['Name', 'Build'],
    ],
    ['behind a title', [['Our devices'], ['Name', 'Build', 'KBs'], ['a', '19045', 'KB1']], ['Name', 'Build', 'KBs']],
    [
      'over two lines, with what stands above its blanks',
      [
        ['Name', 'System', '', ''],
        ['', 'Version', 'Build', 'Arch'],
        ['a', '10', '19045', 'x64'],
      ],
      ['Name', 'Version', 'Build', 'Arch'],
    ],
    [
      'narrower than the rows below',
      [
        ['Name', 'Build'],
        ['a', '19045', 'x'],
        ['b', '19045', 'y'],
      ],
      ['Name', 'Build', ''],
    ],
  ];
  for (const [says, rows, header] of cases) it(says, () => assert.deepEqual(table(rows), header));
  it('as told', () =>
    assert.deepEqual(
      table(
        [
          ['a', 'b'],
          ['Name', 'Build'],
        ],
        2,
      ),
      ['Name', 'Build'],
    ));
});

describe('hostile archives are refused by name, with little unpacked', () => {
  const sheet = (content: Uint8Array): Uint8Array =>
    zipSync({
      'xl/workbook.xml': strToU8('<workbook><sheets><sheet name="a"/></sheets></workbook>'),
      'xl/worksheets/sheet1.xml': content,
    });
  const lying = Buffer.from(sheet(new Uint8Array(3_000_000)));
  // The size that the directory tells of the sheet's part, made small: no more than that is unpacked.
  const entry = lying.lastIndexOf('xl/worksheets/sheet1.xml') - 46;
  lying.writeUInt32LE(1000, entry + 24);
  const huge = Buffer.from(sheet(strToU8('<worksheet/>')));
  huge.writeUInt32LE(0xfffffff0, huge.lastIndexOf('xl/worksheets/sheet1.xml') - 46 + 24);
  const wide = `<worksheet><sheetData><row><c r="A1" t="str"><v>a</v></c><c r="XFD1" t="str"><v>b</v></c></row></sheetData></worksheet>`;
  const deep = `<worksheet>${'<row>'.repeat(10_000)}`;
  const hostile: readonly [says: string, bytes: Uint8Array, message: RegExp][] = [
    ['a part that unpacks to a thousand times its size', sheet(new Uint8Array(30_000_000)), /unpack to \d+ bytes/],
    ['a part that says it is of four gigabytes', huge, /unpack to \d+ bytes/],
    ['a part that is larger than it says', lying, /a\.xlsx/],
    ['an archive of something else', zipSync({ 'a.txt': strToU8('a') }), /without xl\/workbook\.xml/],
    ['a cut archive', devices.subarray(0, devices.length - 30), /can't be unpacked|without/],
    ['no archive', strToU8('hello'), /can't be unpacked/],
    ['a document type', sheet(strToU8('<!DOCTYPE a [<!ENTITY b "x">]><worksheet>&b;</worksheet>')), /document type/],
    ['elements without end', sheet(strToU8(deep)), /deeper than/],
    ['a cell beyond all columns', sheet(strToU8(wide)), /a visible sheet with a table/],
  ];
  for (const [says, bytes, message] of hostile)
    it(says, () =>
      assert.throws(
        () => readWorkbook('a.xlsx', bytes),
        (error: unknown) => error instanceof InventoryFormatError && message.test(error.message),
      ),
    );

  it('is told from other archives by its parts', () => {
    assert.equal(isWorkbook(devices), true);
    assert.equal(isWorkbook(zipSync({ 'a.txt': strToU8('a') })), false);
    assert.equal(isWorkbook(strToU8('PK')), false);
  });
});
