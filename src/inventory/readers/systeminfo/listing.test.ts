import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownDevices } from '../../../../test/support/shown-inventory.ts';

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
