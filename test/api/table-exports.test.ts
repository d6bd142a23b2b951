import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import Papa from 'papaparse';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
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

/** Rows of cells, the head first. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const { data, errors } = Papa.parse<string[]>(text.replace(/\r\n$/, ''));
  assert.deepEqual(errors, []);
  return data;
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
  });

  it('have cells of lists and of what stands within a device', async () => {
    await application.applyReport(tenant, {
      inventory: readNative({
        schema: 'kbgap-inventory/1',
        device: { name: 'tagged', tags: ['one', 'two'] },
        os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
      }),
      raw: Buffer.from('{}'),
      format: 'native',
      receivedAt: clock.now,
    });
    const [head = [], row = []] = parseCsv((await ask('/v1/devices?format=CSV&q=tagged')).text);
    const cell = (name: string): string | undefined => row[head.indexOf(name)];
    assert.deepEqual([cell('os.version'), cell('tags'), cell('coverage')], ['24H2', 'one; two', 'assessed']);
  });

  it('go on beyond a stretch, without a row twice', async () => {
    const { total } = JSON.parse((await ask('/v1/cves?open=all&top=1')).text) as { readonly total: number };
    assert.ok(total > 2000);
    const ids = parseCsv((await ask('/v1/cves?open=all&format=csv')).text).slice(1);
    assert.equal(ids.length, total);
    assert.equal(new Set(ids.map(([id]) => id)).size, total);
  });

  for (const url of [
    '/v1/devices?format=pdf',
    '/v1/devices?format=csv&sort=nothing',
    '/v1/devices?format=csv&colour=red',
    '/v1/updates?format=xlsx&severity=Bad',
  ])
    it(`are refused: ${url}`, async () => assert.equal((await ask(url)).status, 400));

  it('are not given without a token', async () => {
    assert.equal((await server.inject('/v1/devices?format=csv')).statusCode, 401);
  });
});
