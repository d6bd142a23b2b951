import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systeminfo } from './read.ts';
import { inputOf, shownDevices } from '../../../../test/support/shown-inventory.ts';

const pad = (label: string): string => `${label}:`.padEnd(45);
const name = 'Microsoft Windows Server 2019 Datacenter Evaluation';
const lines: readonly string[] = [
  '',
  `${pad('Hostname')}SRV-EINS`,
  `${pad('Betriebssystemname')}${name}`,
  `${pad('Betriebssystemversion')}10.0.17763 Nicht zutreffend Build 17763`,
  `${pad('Systemtyp')}x64-based PC`,
  `${pad('Hotfix(es)')}1 Hotfix(e) installiert.`,
  `${' '.repeat(45)}[01]: KB5034127`,
];
/** As a console of that width shows them, and as a mail program breaks them. */
const cut = (line: string, width: number): readonly string[] =>
  line.length <= width ? [line] : [line.slice(0, width), ...cut(line.slice(width), width)];
const brokenAtBlank = (line: string): readonly string[] => {
  const at = line.lastIndexOf(' ', 72);
  return line.length <= 72 ? [line] : [line.slice(0, at), line.slice(at + 1)];
};

const shapes: readonly [says: string, lines: readonly string[]][] = [
  ['lines as they are', lines],
  ['filled with blanks up to the width of a console', lines.map((line) => line.padEnd(160))],
  ['cut by a console of 80', lines.flatMap((line) => cut(line, 80))],
  ['broken at blanks by a letter', lines.flatMap(brokenAtBlank)],
];

describe('a listing of systeminfo', () => {
  for (const [says, shown] of shapes)
    it(`${says}: the same facts`, () =>
      assert.deepEqual(shownDevices(shown.join('\r\n')), ['SRV-EINS | 10.0.17763 | Server | 5034127 | -']));

  it('takes no prompt before a filtered version for a part of a name', () =>
    assert.deepEqual(
      shownDevices(
        'Note: Windows\r\nC:\\>systeminfo | findstr Version\r\nOS Version:   10.0.17763 N/A Build 17763\r\n',
      ),
      ['- | 10.0.17763 | - | - | -'],
    ));
});

describe('labels as long as their column', () => {
  /** Labels of public outputs in these languages; the width is that of the English output. */
  const labels: readonly (readonly [host: string, name: string, version: string, middle: string])[] = [
    ['Hostnaam', 'Naam van besturingssysteem', 'Versie van besturingssysteem', 'N.v.t. Build'],
    ['Nazwa hosta', 'Nazwa systemu operacyjnego', 'Wersja systemu operacyjnego', 'Nie dotyczy Kompilacja'],
    ['Nome do host', 'Nome do sistema operacional', 'Versão do sistema operacional', 'N/A compilação'],
    ['Állomásnév', 'Operációs rendszer neve', 'Operációs rendszer verziója', 'N/A Build'],
  ];
  for (const [host, label, version, middle] of labels) {
    it(label, () => {
      const shown = [
        [host, 'SRV-EINS'],
        [label, name],
        [version, `10.0.17763 ${middle} 17763`],
      ].map(([each = '', value = '']) => `${each}:`.padEnd(27) + value);
      assert.deepEqual(shownDevices(shown.join('\r\n')), ['SRV-EINS | 10.0.17763 | Server | - | -']);
    });
  }
});

describe('a list of updates in a listing', () => {
  const row = (number: number, entry: string): string =>
    `${' '.repeat(45)}[${String(number).padStart(2, '0')}]: ${entry}`;
  const head = lines.slice(0, 5);
  const lists: readonly [says: string, shown: readonly string[], kbs: string, isCut: boolean][] = [
    [
      'is whole',
      [`${pad('Hotfix(es)')}2 Hotfix(e) installiert.`, row(1, 'KB5034127'), row(2, 'KB5012170')],
      '5012170 5034127',
      false,
    ],
    [
      'ends too early',
      [`${pad('Hotfix(es)')}12 Hotfix(e) installiert.`, row(1, 'KB5034127'), row(2, 'KB5012170')],
      '5012170 5034127',
      true,
    ],
    [
      'ends in the midst of a number',
      [`${pad('Hotfix(es)')}2 Hotfix(e) installiert.`, row(1, 'KB5034127'), row(2, 'KB50')],
      '5034127',
      false,
    ],
    [
      'ends there, with more to come',
      [`${pad('Hotfix(es)')}3 Hotfix(e) installiert.`, row(1, 'KB5034127'), row(2, 'KB50')],
      '5034127',
      true,
    ],
    [
      'has rows of another kind',
      [`${pad('Hotfix(es)')}3 Hotfix(e) installiert.`, row(1, 'File 1'), row(2, 'Q147222'), row(3, 'KB5034127')],
      '5034127',
      false,
    ],
    [
      'is announced behind a dash',
      [`${pad('Исправление(я)')}Число установленных исправлений - 1.`, row(1, 'KB5034127')],
      '5034127',
      false,
    ],
    [
      'is announced without a number',
      [`${pad('Virtual Memory')}Max: 2.432 MB`, pad('Hotfix'), row(1, 'KB5034127')],
      '5034127',
      false,
    ],
    [
      'stands below a time, its heading filtered',
      [`${pad('Startzeit')}24.01.2024, 10:59:59`, row(1, 'KB5034127')],
      '5034127',
      false,
    ],
  ];
  for (const [says, shown, kbs, isCut] of lists) {
    it(says, () => {
      const [inventory] = systeminfo.read(inputOf([...head, ...shown].join('\r\n'))).inventories;
      assert.equal(inventory?.updates.map(({ kb }) => kb).join(' '), kbs);
      assert.equal(inventory?.updatesCut === true, isCut);
    });
  }
});
