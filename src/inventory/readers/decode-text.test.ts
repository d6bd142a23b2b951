import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encoded, saidFacts, systeminfoTexts } from '../../../test/support/systeminfo-texts.ts';
import { formatWindowsBuild } from '../../terms/windows-build.ts';
import { EncodingNameError } from '../encoding/encoding-name.ts';
import { decodeText } from './decode-text.ts';
import { readInventory } from './read-inventory.ts';
import { reportInput } from './report-input.ts';

function factsOf(bytes: Uint8Array, encoding?: string): object {
  const [inventory] = readInventory(reportInput('report', bytes, encoding)).inventories;
  assert.ok(inventory !== undefined);
  const { os, device, updates } = inventory;
  return {
    build: os.build && formatWindowsBuild(os.build),
    architecture: os.architecture,
    installationType: os.installationType,
    kbs: updates.map(({ kb }) => kb),
    ipAddresses: device.ipAddresses,
  };
}

function nameIn(bytes: Uint8Array): string | undefined {
  return readInventory(reportInput('report', bytes)).inventories[0]?.device.name;
}

const littleMark = Buffer.of(0xff, 0xfe);
const bigMark = Buffer.of(0xfe, 0xff);
const little = (text: string): Buffer => Buffer.from(text, 'utf16le');
const big = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const unicode: readonly [says: string, write: (text: string) => Buffer][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte-order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16 LE', little],
  ['UTF-16 LE with a byte-order mark', (text) => Buffer.concat([littleMark, little(text)])],
  ['UTF-16 BE', big],
  ['UTF-16 BE with a byte-order mark', (text) => Buffer.concat([bigMark, big(text)])],
];

const lineEnds: readonly [says: string, end: string][] = [
  ['CR LF', '\r\n'],
  ['LF', '\n'],
  ['CR', '\r'],
  ['CR CR LF', '\r\r\n'],
];

describe('systeminfo of one machine in every language and encoding', () => {
  for (const { tag, pages, host, text } of systeminfoTexts) {
    for (const page of pages) {
      it(`${tag} in ${page}: the same facts, and the right name`, () => {
        const bytes = encoded(text, page);
        assert.deepEqual(factsOf(bytes), saidFacts);
        assert.equal(decodeText(bytes), text);
        assert.equal(nameIn(bytes), host);
      });
    }
    for (const [says, write] of unicode) {
      it(`${tag} in ${says}: the same facts, and the right name`, () => {
        assert.deepEqual(factsOf(write(text)), saidFacts);
        assert.equal(decodeText(write(text)), text);
        assert.equal(nameIn(write(text)), host);
      });
    }
    it(`${tag} with every line end, in every encoding`, () => {
      for (const [says, end] of lineEnds) {
        const ended = text.replaceAll('\r\n', end);
        for (const bytes of [...pages.map((page) => encoded(ended, page)), ...unicode.map(([, write]) => write(ended))])
          assert.deepEqual(factsOf(bytes), saidFacts, says);
      }
    });
  }

  const all = [...new Set(systeminfoTexts.flatMap(({ pages }) => pages)), 'cp855', 'cp865', 'windows-1258'];
  it('a wrong page costs letters of names, never a fact', () => {
    for (const { text, pages } of systeminfoTexts)
      for (const page of pages)
        for (const wrong of all)
          assert.deepEqual(factsOf(encoded(text, page), wrong), saidFacts, `${page} as ${wrong}`);
  });
});

describe('a code page where nothing names the language', () => {
  const rows: readonly [page: string, text: string][] = [
    ['cp850', 'NT-AUTORITÄT\\SYSTEM'],
    ['windows-1252', 'NT-AUTORITÄT\\SYSTEM'],
    ['cp850', 'Größe; Büro; Übersicht'],
    ['windows-1252', 'Größe; Büro; Übersicht'],
    ['windows-1252', 'Mise à jour de sécurité, à installer'],
    ['cp850', 'Mise à jour de sécurité, à installer'],
    ['cp852', 'Zarejestrowany właściciel, Łódź'],
    ['windows-1250', 'Zarejestrowany właściciel, Łódź'],
    ['cp866', 'Обновление безопасности'],
    ['windows-1251', 'Обновление безопасности'],
    ['windows-1253', 'Ενημέρωση ασφαλείας'],
    ['cp936', '安全更新程序 (计算机名称)'],
    ['cp950', '安全性更新程式 (電腦名稱)'],
    ['cp932', 'セキュリティ更新プログラム (コンピューター名)'],
    ['cp949', '보안 업데이트 (컴퓨터 이름)'],
  ];
  for (const [page, text] of rows) {
    it(`${page}: ${text}`, () => {
      const table = `"Name","Text"\r\n"PC1","${text}"\r\n`;
      assert.equal(decodeText(encoded(table, page)), table);
    });
  }
});

describe('files that programs of different encodings wrote', () => {
  const de = 'Größe: 10.0.19045 Build 19045\r\n[01]: KB5034122\r\n';
  const ja = 'ホスト名と登録されている所有者が表示されています\r\n[01]: KB5034122\r\n';
  const glued = 'Please wait while WMIC is being installed.';
  const rows: readonly [says: string, bytes: Buffer, text: string][] = [
    ['ASCII glued before UTF-16 LE', Buffer.concat([Buffer.from(glued), little(de)]), glued + de],
    ['an odd number of bytes before it', Buffer.concat([Buffer.from(`${glued}.`), little(de)]), `${glued}.${de}`],
    ['with a byte-order mark', Buffer.concat([Buffer.from(glued), littleMark, little(de)]), glued + de],
    ['before UTF-16 BE', Buffer.concat([Buffer.from(glued), big(de)]), glued + de],
    ['before UTF-16 BE with a mark', Buffer.concat([Buffer.from(glued), bigMark, big(de)]), glued + de],
    ['before Japanese in UTF-16', Buffer.concat([Buffer.from(glued), little(ja)]), glued + ja],
    ['UTF-8 after UTF-16', Buffer.concat([littleMark, little(ja), Buffer.from(de)]), ja + de],
    ['UTF-8 with a mark after UTF-16', Buffer.concat([little(de), Buffer.from(`\ufeff${ja}`)]), de + ja],
    [
      'a short line of ASCII after UTF-16',
      Buffer.concat([little(ja), Buffer.from('KB5015684\r\n')]),
      `${ja}KB5015684\r\n`,
    ],
    ['UTF-16 appended to UTF-8', Buffer.concat([Buffer.from(de), little(ja), little(de)]), de + ja + de],
    ['UTF-8 between UTF-16', Buffer.concat([little(de), Buffer.from(ja), little(ja)]), de + ja + ja],
    ['two marked files one after the other', Buffer.concat([littleMark, little(de), littleMark, little(ja)]), de + ja],
    ['UTF-16 of both orders', Buffer.concat([littleMark, little(de), bigMark, big(ja)]), de + ja],
    ['a console page after UTF-16', Buffer.concat([little(ja), encoded(de, 'cp850')]), ja + de],
    ['UTF-8 lines added to a console page', Buffer.concat([encoded(de, 'cp850'), Buffer.from(de)]), de + de],
    [
      'UTF-8 cut inside a letter',
      Buffer.from(`${'Größe\r\n'.repeat(20)}Grö`).subarray(0, -1),
      `${'Größe\r\n'.repeat(20)}Gr\ufffd`,
    ],
    ['UTF-16 cut inside a letter', little('KB5034122\r\nK').subarray(0, -1), 'KB5034122\r\nK'],
  ];
  for (const [says, bytes, text] of rows) it(says, () => assert.equal(decodeText(bytes), text));

  it('one zero byte in plain text makes it no UTF-16', () => {
    assert.match(
      decodeText(Buffer.from('one line of text\r\nKB5034122\u0000 and more\r\n')),
      /^one line of text\r\nKB5034122/,
    );
  });

  it('UTF-16 with few ASCII characters, of either order, with and without a mark', () => {
    const chinese = `${'联合国教科文组织一一一'.repeat(30)}\r\n`.repeat(3);
    for (const [says, write] of unicode) assert.equal(decodeText(write(chinese)), chinese, says);
  });

  it('any text comes back from UTF-16 with a line of ASCII ahead', () => {
    const scripts = 'abcxyz ABC0189\r\näöüßéñçłśžабвДЖ中文一二漢字かなカナ한글명';
    const line = fc
      .array(fc.constantFrom(...Array.from(scripts)), { minLength: 1, maxLength: 40 })
      .map((each) => each.join(''));
    fc.assert(
      fc.property(line, (text) => {
        const report = `10.0.19045 N/A Build 19045\r\n${text.replace(/[\r\n]/g, ' ')}\r\n[01]: KB5034122\r\n`;
        for (const [, write] of unicode.slice(2)) assert.equal(decodeText(write(report)), report);
      }),
    );
  });
});

describe('an encoding that is named', () => {
  const names: readonly [name: string, page: string, text: string][] = [
    ['cp850', 'cp850', 'Straße ¾'],
    ['850', 'cp850', 'Straße ¾'],
    ['IBM850', 'cp850', 'Straße ¾'],
    ['oem-850', 'cp850', 'Straße ¾'],
    ['cp437', 'cp437', '¢ ┐'],
    ['windows-1252', 'windows-1252', 'Straße €'],
    ['CP1252', 'windows-1252', 'Straße €'],
    ['1250', 'windows-1250', 'Łódź'],
    ['latin1', 'windows-1252', 'Straße'],
    ['gbk', 'cp936', '联通'],
    ['936', 'cp936', '联通'],
    ['GB18030', 'gb18030', '联通'],
    ['big5', 'cp950', '功能'],
    ['shift_jis', 'cp932', '表'],
    ['cp932', 'cp932', '表'],
    ['ks_c_5601-1987', 'cp949', '똠'],
    ['949', 'cp949', '똠'],
    ['cp866', 'cp866', 'Имя'],
    ['koi8-r', 'koi8-r', 'Имя'],
    ['utf-16le', 'utf-16le', 'x'],
    ['Unicode', 'utf-16le', 'x'],
    ['utf-16be', 'utf-16be', 'x'],
    ['1201', 'utf-16be', 'x'],
    ['utf8', 'utf-8', 'Straße'],
    ['65001', 'utf-8', 'Straße'],
  ];
  for (const [name, page, text] of names) {
    it(`${name} reads what ${page} wrote`, () => assert.equal(decodeText(encoded(text, page), name), text));
  }

  it('gives way to a byte-order mark and to UTF-16, which no code page can be', () => {
    for (const [says, write] of unicode.slice(1))
      assert.equal(decodeText(write('Straße 1\r\nKB5034122\r\n'), 'cp850'), 'Straße 1\r\nKB5034122\r\n', says);
  });

  for (const wrong of ['', 'klingon', 'cp9', 'cp99999', 'utf-64', '__proto__', 'constructor', 'toString']) {
    it(`${JSON.stringify(wrong)} is refused, naming it and what was expected`, () => {
      assert.throws(
        () => decodeText(Buffer.from('x'), wrong),
        (error) =>
          error instanceof EncodingNameError &&
          error.message.includes('cp850') &&
          error.message.includes(JSON.stringify(wrong)),
      );
    });
  }
});

describe('an XML declaration', () => {
  const written = (declared: string, text: string): string =>
    `<?xml version="1.0" encoding='${declared}' ?>\n<NAME>${text}</NAME>`;
  const rows: readonly [says: string, declared: string, page: string, text: string][] = [
    ['names the page that is short of evidence', 'windows-1252', 'windows-1252', 'ÅÄÖ'],
    ['by a name of ISO', 'ISO-8859-1', 'windows-1252', 'ÅÄÖ'],
    ['of a page that others look like', 'windows-1253', 'windows-1253', 'ΕΔΦ'],
    ['of a wide page', 'euc-kr', 'cp949', '서울'],
  ];
  for (const [says, declared, page, text] of rows)
    it(says, () => assert.equal(decodeText(encoded(written(declared, text), page)), written(declared, text)));

  it('does not win over bytes that are UTF-8, an encoding that is asked for, or nonsense', () => {
    const text = written('windows-1252', 'Größe');
    assert.equal(decodeText(Buffer.from(text)), text);
    assert.equal(decodeText(encoded(text, 'cp850'), 'cp850'), text);
    const german = written('no-such-page', 'Größe; Büro; Übersicht');
    assert.equal(decodeText(encoded(german, 'windows-1252')), german);
  });
});
