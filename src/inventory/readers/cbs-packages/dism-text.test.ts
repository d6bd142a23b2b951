import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodePage } from '../../encoding/code-page.ts';
import { listPages } from '../../encoding/fitting-page.ts';
import { toNative } from '../../to-native.ts';
import { reportInput } from '../report-input.ts';
import { cbsPackages } from './read.ts';

const rollup = (version: string): string => `Package_for_RollupFix~31bf3856ad364e35~amd64~~${version}`;

function listing(label: string, states: readonly (readonly [name: string, word: string])[]): string {
  return states.map(([name, word]) => `${label} ID : ${name}\r\n${label} : ${word}\r\n\r\n`).join('');
}

function factsOf(bytes: Buffer, encoding?: string): unknown {
  const [inventory] = cbsPackages.read(reportInput('dism.txt', bytes, encoding)).inventories;
  assert.ok(inventory !== undefined);
  return toNative(inventory);
}

function levelOf(facts: unknown): unknown {
  return (facts as { readonly os: { readonly rollupLevel: unknown } }).os.rollupLevel;
}

const foundation = 'Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~10.0.26100.1';
const update = (kb: string): string => `Package_for_${kb}~31bf3856ad364e35~amd64~~26100.3910.1.2`;

function table(rows: readonly (readonly [name: string, word: string])[]): string {
  return rows.map(([name, word]) => `${name} | ${word} | Update | 1/10/2024 5:12 PM\r\n`).join('');
}

/** A page's letters as a console writes them that has none of them. */
function lossy(text: string): string {
  return text.replace(/[^\p{ASCII}]/gu, '?');
}

function installedIn(text: string, encoding?: string): readonly string[] {
  const facts = factsOf(Buffer.from(text), encoding) as {
    readonly updates: readonly { readonly kb: string; readonly state: string }[];
  };
  return facts.updates.flatMap(({ kb, state }) => (state === 'installed' ? [kb] : []));
}

describe('state words of a language', () => {
  /** "State", "Installed" and "Install pending", as consoles of these languages may write them: the reader knows none of them. */
  const languages: readonly [page: string, label: string, installed: string, pending: string][] = [
    ['cp949', '상태', '설치됨', '설치 보류'],
    ['cp932', '状態', 'インストール済み', 'インストール保留中'],
    ['gbk', '状态', '已安装', '待安装'],
    ['big5', '狀態', '已安裝', '待安裝'],
    ['cp866', 'Состояние', 'Установлен', 'Ожидает установки'],
    ['cp866', 'Стан', 'Встановлено', 'Очікує інсталяції'],
    ['cp850', 'État', 'Installé', 'En attente'],
    ['cp850', 'Status', 'Installiert', 'Installation ausstehend'],
    ['cp850', 'Estado', 'Instalado', 'Instalación pendiente'],
    ['cp850', 'Stato', 'Installato', 'Installazione in sospeso'],
    ['cp850', 'Estado', 'Instalado', 'Instalação pendente'],
    ['cp850', 'Status', 'Geïnstalleerd', 'Installatie in behandeling'],
    ['cp850', 'Tila', 'Asennettu', 'Asennus odottaa'],
    ['cp850', 'Tillstånd', 'Installerad', 'Väntar på installation'],
    ['cp850', 'Tilstand', 'Installeret', 'Afventer installation'],
    ['cp852', 'Stan', 'Zainstalowano', 'Oczekiwanie na instalację'],
    ['cp852', 'Stav', 'Nainstalováno', 'Čeká na instalaci'],
    ['cp852', 'Állapot', 'Telepítve', 'Telepítés függőben'],
    ['cp857', 'Durum', 'Yüklü', 'Yükleme Bekliyor'],
    ['cp737', 'Κατάσταση', 'Εγκατεστημένο', 'Εκκρεμεί'],
    ['cp862', 'מצב', 'מותקן', 'ממתין להתקנה'],
  ];
  for (const [page, label, installed, pending] of languages) {
    const rows: readonly (readonly [string, string])[] = [
      [foundation, installed],
      [rollup('26100.4061.1.20'), pending],
      [rollup('26100.4652.1.20'), installed],
      [update('KB5056579'), installed],
      [update('KB5066131'), pending],
    ];
    for (const [form, print] of [
      ['list', (some: typeof rows) => listing(label, some)],
      ['table', table],
    ] as const) {
      it(`${installed}: a ${form} with Windows’ foundation tells it, and ${pending} is no installation`, () => {
        assert.deepEqual(installedIn(print(rows)), ['KB5056579']);
        assert.equal(levelOf(factsOf(Buffer.from(print(rows)))), '10.0.26100.4652');
      });
      it(`${installed}: a ${form} without anything that is surely installed proves nothing`, () =>
        assert.deepEqual(installedIn(print(rows.slice(1))), []));
      it(`${installed}: a ${form} whose letters are lost counts nothing that waits as installed`, () =>
        assert.ok(!installedIn(lossy(print(rows))).includes('KB5066131')));
    }
    it(`${installed}: says the same in its page and in every wrong one that loses no letter`, () => {
      const text = listing(label, rows);
      const said = factsOf(Buffer.from(text));
      const bytes = encodePage(text, page);
      if (bytes === undefined) return;
      for (const wrong of [undefined, ...listPages()]) {
        if (!reportInput('x', bytes, wrong).text.includes('\ufffd'))
          assert.deepEqual(factsOf(bytes, wrong), said, wrong ?? 'as it is told');
      }
    });
  }

  it('of one length look alike where their letters are lost', () =>
    assert.deepEqual(
      installedIn(
        listing('??', [
          [foundation, '???'],
          [update('KB5066131'), '???'],
        ]),
      ),
      [],
    ));

  it('that were cut off say too little', () => {
    for (const word of ['Install...', 'Install…'])
      assert.deepEqual(
        installedIn(
          table([
            [foundation, word],
            [update('KB5066131'), word],
          ]),
        ),
        [],
      );
    assert.deepEqual(
      installedIn(
        table([
          [foundation, 'Install'],
          [rollup('26100.4652.1.20'), 'Install'],
          [rollup('26100.4946.1.7'), 'Install'],
          [update('KB5066131'), 'Install'],
        ]),
      ),
      [],
    );
  });

  const head = (image: string): string => `Tool\r\nVersion: 10.0.26100.1\r\n\r\nImage Version: ${image}\r\n\r\n`;
  const unknown = listing('Stav', [
    [rollup('26100.4652.1.20'), 'A'],
    [rollup('26100.4946.1.7'), 'B'],
    ['Package_for_KB5056579~31bf3856ad364e35~amd64~~26100.3910.1.2', 'A'],
  ]);

  it('are told by the roll-up that the image has, where nobody knows them', () => {
    const facts = factsOf(Buffer.from(head('10.0.26100.4652') + unknown)) as { readonly updates: unknown };
    assert.equal(levelOf(facts), '10.0.26100.4652');
    assert.deepEqual(facts.updates, [{ kb: 'KB5056579', installedOn: null, state: 'installed' }]);
  });

  it('prove nothing where a newer roll-up than the running one has the same: the lines were cut', () => {
    const words = listing('Status', [
      [rollup('26100.4652.1.20'), 'Install'],
      [rollup('26100.4946.1.7'), 'Install'],
    ]);
    assert.equal(levelOf(factsOf(Buffer.from(head('10.0.26100.4652') + words))), null);
  });

  it('prove nothing where the image has another level', () =>
    assert.equal(levelOf(factsOf(Buffer.from(head('10.0.26100.4061') + unknown))), null));
});
