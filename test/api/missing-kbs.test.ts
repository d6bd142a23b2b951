import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { inventory } from '../support/inventories.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = (): Date => new Date('2026-11-23T12:00:00Z');
const application = openApplication({ dataFolder: temporaryFolder({ after }), now, engine: createFakeEngine() });
const server = createServer({ application, logger: false, now });
after(async () => {
  await server.close();
  await application.close();
});
const tenant = application.getTenant('default');

async function report(name: string, build: string | undefined, id: string): Promise<void> {
  await application.applyReport(tenant, {
    inventory: inventory({ name, id, ...(build === undefined ? {} : { build }) }),
    raw: Buffer.from('{}'),
    format: 'native',
    receivedAt: now(),
  });
}

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
await report('=cmd|x', '10.0.18363.657', a);
await report('unknown', undefined, b);

const token = await issueToken({
  application,
  tenant,
  clientId: localOperatorClientId,
  roles: ['Software.Read.All'],
  audience: 'https://api.securitycenter.microsoft.com',
  issuer: 'http://localhost:80',
  now: now(),
});

async function ask(
  query: string,
  more: { readonly accept?: string; readonly method?: 'GET' | 'HEAD' } = {},
): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly body: string }> {
  const { accept, method = 'GET' } = more;
  const answer = await server.inject({
    method,
    url: `/v1/missing-kbs${query}`,
    headers: { authorization: `Bearer ${token}`, ...(accept === undefined ? {} : { accept }) },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
}

const update = 'https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB4540673';

describe('GET /v1/missing-kbs', () => {
  it('is NDJSON: devices, then what they miss, then the cursor', async () => {
    const { status, headers, body } = await ask('');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/x-ndjson; charset=utf-8');
    const lines = body.split('\n');
    assert.deepEqual(lines.slice(0, 3), [
      `{"type":"device","deviceId":"${a}","name":"=cmd|x","coverage":"assessed","undetermined":[]}`,
      `{"type":"device","deviceId":"${b}","name":"unknown","coverage":"not-assessed","undetermined":[{"product":"Microsoft Windows 10 Enterprise","reason":"no-os-identity","detail":"No build was reported."}]}`,
      `{"type":"missing","deviceId":"${a}","kb":"4540673","name":"March 2020 Security Updates","osBuild":18363,"url":"${update}","cveAddressed":97,"replacedBy":null}`,
    ]);
    assert.deepEqual(JSON.parse(lines[3] ?? ''), { type: 'end', cursor: headers['x-kbgap-cursor'] });
    assert.deepEqual(lines.slice(4), ['']);
  });

  for (const [says, query, accept] of [
    ['format=csv', '?format=csv', undefined],
    ['Accept', '', 'text/csv, */*;q=0.1'],
  ] as const) {
    it(`is CSV by ${says}, with nothing that a spreadsheet would run`, async () => {
      const { headers, body } = await ask(query, accept === undefined ? {} : { accept });
      assert.match(String(headers['content-type']), /^text\/csv/);
      assert.deepEqual(body.split('\r\n'), [
        'type,deviceId,name,coverage,undetermined,kb,update,osBuild,url,cveAddressed,replacedBy,cursor',
        `device,${a},'=cmd|x,assessed,,,,,,,,`,
        `device,${b},unknown,not-assessed,Microsoft Windows 10 Enterprise: no-os-identity,,,,,,,`,
        `missing,${a},'=cmd|x,,,4540673,March 2020 Security Updates,18363,${update},97,,`,
        `end,,,,,,,,,,,${String(headers['x-kbgap-cursor'])}`,
        '',
      ]);
    });
  }

  it('tells what went since a cursor', async () => {
    const cursor = String((await ask('', { method: 'HEAD' })).headers['x-kbgap-cursor']);
    await report('=cmd|x', '10.0.18363.719', a);
    await application.deleteDevice({ tenant, groups: null }, b);
    const { body } = await ask(`?Since=${cursor}`);
    assert.deepEqual(body.split('\n').slice(0, -2), [
      `{"type":"resolved","deviceId":"${a}","kb":"4540673"}`,
      `{"type":"deleted","deviceId":"${b}"}`,
    ]);
  });

  for (const [query, status, code] of [
    ['?since=rubbish', 400, 'InvalidInput'],
    ['?since=a&since=b', 400, 'InvalidInput'],
    ['?format=xml', 400, 'InvalidInput'],
    [`?since=${Buffer.from('["sha256:other","4","",0]').toString('base64url')}`, 410, 'Gone'],
  ] as const) {
    it(`${query.slice(0, 30)} is ${status}`, async () => {
      const answer = await ask(query);
      assert.equal(answer.status, status);
      const { error } = JSON.parse(answer.body) as { readonly error: { readonly code: string } };
      assert.equal(error.code, code);
    });
  }
});
