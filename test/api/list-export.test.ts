import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import Papa from 'papaparse';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { openApiServer } from '../support/api-server.ts';

// Lists as files, read back by a CSV reader.

const names = ['=cmd|calc', '+1+1', '@sum', 'a,"b"', '<&>'];

describe('a list as a file', () => {
  const { server, application, tenant, clock } = openApiServer();
  let authorization: string;

  before(async () => {
    for (const name of names) {
      const inventory = readNative({
        schema: 'kbgap-inventory/1',
        device: { name, tags: ['one', 'two'] },
        os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
      });
      await application.applyReport(tenant, {
        inventory,
        raw: Buffer.from('{}'),
        format: 'native',
        receivedAt: clock.now,
      });
    }
    const token = await issueToken({
      application,
      tenant,
      clientId: localOperatorClientId,
      roles: allRoles,
      audience: 'https://api.securitycenter.microsoft.com',
      issuer: 'http://localhost:80',
      now: clock.now,
    });
    authorization = `Bearer ${token}`;
  });

  const ask = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
    await server.inject({ url, headers: { authorization, ...headers } });

  async function rowsOf(url: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const answer = await ask(url);
    assert.equal(answer.statusCode, 200, answer.body);
    return Papa.parse<Record<string, string>>(answer.body.trim(), { header: true }).data;
  }

  it('as CSV: all rows that fit, whatever the page', async () => {
    const answer = await ask('/v1/devices?format=csv&top=1&skip=3');
    assert.match(String(answer.headers['content-type']), /^text\/csv/);
    assert.match(
      String(answer.headers['content-disposition']),
      /^attachment; filename="kbgap-devices-\d{4}-\d\d-\d\d\.csv"$/,
    );
    assert.equal((await rowsOf('/v1/devices?format=csv&top=1&skip=3')).length, names.length);
    assert.equal((await rowsOf('/v1/devices?format=CSV&q=sum')).length, 1);
  });

  it('as CSV: no cell is run as a formula, and every text comes back', async () => {
    const rows = await rowsOf('/v1/devices?format=csv');
    const shown = rows.map((row) => row['name'] ?? '').toSorted();
    assert.deepEqual(shown, ["'=cmd|calc", "'+1+1", "'@sum", 'a,"b"', '<&>'].toSorted());
    assert.deepEqual(
      [rows[0]?.['os.version'], rows[0]?.['tags'], rows[0]?.['coverage']],
      ['24H2', 'one; two', 'assessed'],
    );
  });

  it('goes on beyond a stretch, without a row twice', async () => {
    const { total } = (await ask('/v1/cves?open=all&top=1')).json<{ readonly total: number }>();
    assert.ok(total > 2000);
    const ids = (await rowsOf('/v1/cves?open=all&format=csv')).map(({ id }) => id);
    assert.equal(ids.length, total);
    assert.equal(new Set(ids).size, total);
  });

  for (const [says, url] of [
    ['another format', '/v1/devices?format=pdf'],
    ['a filter that there is not', '/v1/devices?format=csv&colour=red'],
    ['a value that there is not', '/v1/updates?format=xlsx&severity=Bad'],
  ] as const) {
    it(`refuses ${says}`, async () => assert.equal((await ask(url)).statusCode, 400));
  }

  it('is not given without a token', async () => {
    assert.equal((await server.inject('/v1/devices?format=csv')).statusCode, 401);
  });
});
