import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listInstalled } from '../installed-update.ts';
import { parseDisplayVersion, siblingBuild } from './display-version.ts';
import { sortPrograms } from './programs.ts';
import { kbOfUpdateProgram } from './update-program.ts';

describe('an entry of the programs that stands for an update', () => {
  const cases: readonly [name: string, kb: string | undefined][] = [
    ['KB5044285', '5044285'],
    ['Security Update for Microsoft Excel 2016 (KB5002653) 64-Bit Edition', '5002653'],
    ['Sicherheitsupdate für Microsoft Office 2016 (KB5002700) 64-Bit-Edition', '5002700'],
    ['Hotfix 4236 for SQL Server 2019 (KB5003249) (64-bit)', '5003249'],
    ['Microsoft Excel 2016 更新程序（KB5002653）', '5002653'],
    ['Microsoft Edge', undefined],
    ['Notes about KB5044285', undefined],
    ['Bank (KB123)', undefined],
  ];
  for (const [name, kb] of cases) it(`${name}: ${kb ?? 'none'}`, () => assert.equal(kbOfUpdateProgram(name), kb));

  it('of Office alone is no list of what Windows has installed', () => {
    const name = 'Security Update for Microsoft Excel 2016 (KB5002653) 64-Bit Edition';
    const entry = { name, vendor: undefined, version: undefined, installedOn: undefined };
    assert.deepEqual(sortPrograms([entry]).updates, []);
    const beside = sortPrograms([entry], listInstalled(['KB5044285'])).updates;
    assert.deepEqual(
      beside.map(({ kb }) => kb),
      ['5002653', '5044285'],
    );
  });

  it('is an update, and a program where it is more than a number', () => {
    const entry = { vendor: undefined, version: undefined, installedOn: '2024-10-09' };
    const sorted = sortPrograms([
      { ...entry, name: 'KB5044285' },
      { ...entry, name: 'GDR 2101 for SQL Server 2019 (KB5021125) (64-bit)', version: '15.0.2101.7' },
      { ...entry, name: 'Editor' },
      { ...entry, name: 'Editor' },
    ]);
    assert.deepEqual(
      sorted.updates.map(({ kb, installedOn }) => [kb, installedOn]),
      [
        ['5021125', '2024-10-09'],
        ['5044285', '2024-10-09'],
      ],
    );
    assert.deepEqual(
      sorted.software.map(({ name }) => name),
      ['GDR 2101 for SQL Server 2019 (KB5021125) (64-bit)', 'Editor'],
    );
  });
});

describe('display version', () => {
  const cases: readonly [text: string | undefined, version: string | undefined][] = [
    ['22H2', '22H2'],
    ['24h2', '24H2'],
    ['1809', '1809'],
    ['2004', '2004'],
    ['2009', undefined],
    ['2022', undefined],
    [' ', undefined],
    [undefined, undefined],
  ];
  for (const [text, version] of cases)
    it(`${String(text)}: ${String(version)}`, () => assert.equal(parseDisplayVersion(text), version));

  it('tells the build of a version that has another one’s kernel', () => {
    assert.equal(siblingBuild(19041, '22H2'), 19045);
    assert.equal(siblingBuild(22621, '22H2'), undefined);
    assert.equal(siblingBuild(17763, '22H2'), undefined);
  });
});
