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

describe('state words of a language', () => {
  /** "Installed" and another state, as consoles of these languages write them. */
  const languages: readonly [page: string, label: string, installed: string, other: string][] = [
    ['cp949', '상태', '설치됨', '대체됨'],
    ['cp932', '状態', 'インストール済み', 'インストール保留中'],
    ['cp866', 'Состояние', 'Установлен', 'Заменен'],
    ['cp850', 'État', 'Installé', 'Remplacé'],
    ['cp737', 'Κατάσταση', 'Εγκατεστημένο', 'Εκκρεμεί'],
  ];
  for (const [page, label, installed, other] of languages) {
    it(`${installed}: says the same in Unicode, in its page and in every wrong one that loses no letter`, () => {
      const text = listing(label, [
        [rollup('26100.4061.1.20'), other],
        [rollup('26100.4652.1.20'), installed],
        [rollup('26100.4946.1.7'), other],
      ]);
      const said = factsOf(Buffer.from(text));
      assert.equal(levelOf(said), '10.0.26100.4652');
      const bytes = encodePage(text, page);
      assert.ok(bytes !== undefined);
      assert.deepEqual(factsOf(bytes), said);
      for (const wrong of listPages()) {
        if (!reportInput('x', bytes, wrong).text.includes('\ufffd'))
          assert.deepEqual(factsOf(bytes, wrong), said, wrong);
      }
    });
  }

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
