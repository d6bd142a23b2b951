import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { openApiServer, reportDevice } from '../support/api-server.ts';

const { server, application, tenant, clock } = openApiServer();
for (const name of ['=cmd|calc', '+pc', 'a "quoted", name', 'plain-1', 'plain-2'])
  await reportDevice(application, tenant, name);
const token = await issueToken({
  application,
  tenant,
  clientId: localOperatorClientId,
  roles: allRoles,
  audience: 'https://api.securitycenter.microsoft.com',
  issuer: 'http://localhost',
  now: clock.now,
});

async function ask(url: string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await server.inject({ url, headers: { authorization: `Bearer ${token}`, ...headers } });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body, bytes: answer.rawPayload };
}

/** RFC 4180. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (quoted === undefined && plain === '' && end === '') break;
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

const lists = ['devices', 'updates', 'cves'] as const;

describe('lists as files', () => {
  for (const list of lists) {
    it(`/v1/${list} as CSV has every row that fits, in the order of the list`, async () => {
      const json = JSON.parse((await ask(`/v1/${list}?top=1000`)).text) as {
        readonly total: number;
        readonly items: readonly Readonly<Record<string, unknown>>[];
      };
      const { status, headers, text } = await ask(`/v1/${list}?format=csv&top=1&skip=3`);
      assert.equal(status, 200);
      assert.match(String(headers['content-type']), /^text\/csv; charset=utf-8/);
      assert.equal(headers['content-disposition'], `attachment; filename="kbgap-${list}-2026-11-25.csv"`);
      const [head = [], ...rows] = parseCsv(text);
      assert.equal(rows.length, json.total);
      const [first = ''] = head;
      assert.deepEqual(
        rows.slice(0, 1000).map(([id]) => id),
        json.items.map((item) => String(item[first])),
      );
      assert.ok(rows.every((row) => row.length === head.length));
    });

    it(`/v1/${list} as a workbook has the same cells`, async () => {
      const [head = [], ...rows] = parseCsv((await ask(`/v1/${list}?format=csv`)).text);
      const { status, headers, bytes } = await ask(`/v1/${list}?format=xlsx`);
      assert.equal(status, 200);
      assert.equal(headers['content-disposition'], `attachment; filename="kbgap-${list}-2026-11-25.xlsx"`);
      const files = unzipSync(bytes);
      const sheet = strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
      assert.equal(sheet.match(/<row /g)?.length, rows.length + 1);
      const texts = strFromU8(files['xl/sharedStrings.xml'] ?? new Uint8Array()) + sheet;
      for (const name of head) assert.ok(texts.includes(`>${name}<`), name);
      assert.doesNotMatch(sheet, /<f[ >]/);
    });
  }

  it('neutralise what a spreadsheet would run', async () => {
    const csv = parseCsv((await ask('/v1/devices?format=csv&q=pc')).text);
    assert.deepEqual(
      csv.slice(1).map(([, name]) => name),
      ["'+pc"],
    );
    const all = parseCsv((await ask('/v1/devices?format=csv')).text).slice(1);
    assert.deepEqual(
      all.map(([, name]) => name).filter((name) => !name?.startsWith('plain')),
      ["'+pc", "'=cmd|calc", 'a "quoted", name'],
    );
    const files = unzipSync((await ask('/v1/devices?format=xlsx')).bytes);
    assert.match(
      Object.values(files)
        .map((file) => strFromU8(file))
        .join(''),
      />(?:'|&apos;|&#39;)=cmd\|calc</,
    );
  });

  it('come by Accept too, filtered and sorted as asked; JSON stays what it was', async () => {
    const accepted = await ask('/v1/devices?sort=-name&q=plain', { accept: 'text/csv' });
    assert.deepEqual(
      parseCsv(accepted.text)
        .slice(1)
        .map(([, name]) => name),
      ['plain-2', 'plain-1'],
    );
    assert.match(String((await ask('/v1/devices')).headers['content-type']), /json/);
    assert.match(
      String((await ask('/v1/devices?format=json', { accept: 'text/csv' })).headers['content-type']),
      /json/,
    );
    assert.equal((await ask('/v1/devices?format=pdf')).status, 400);
    assert.equal((await ask('/v1/devices?format=csv&sort=nothing')).status, 400);
  });
});
