import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;

const roles = ['Report.Write.All', 'Machine.Read.All', 'Vulnerability.Read.All', 'Software.Read.All', 'Score.Read.All'];

async function serve(t: TestContext, url: string): Promise<string> {
  const server = await startServer(['serve', '--data', temporaryFolder(t)], { KBGAP_DATABASE_URL: url });
  t.after(() => server.stop());
  return server.url;
}

async function readiness(url: string): Promise<readonly [number, string]> {
  const answer = await fetch(`${url}/readyz`);
  return [answer.status, await answer.text()];
}

/** The test's own limit ends a wait that is in vain. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(50);
}

async function total(url: string, token: string): Promise<number> {
  const answer = await fetch(`${url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200, await answer.clone().text());
  return ((await answer.json()) as { readonly devices: { readonly total: number } }).devices.total;
}

describe('servers that share a database', { skip: missing ?? false }, () => {
  it('start without it, say why, come up with it, and answer alike', async (t) => {
    assert.ok(cluster);
    const database = await cluster.createDatabase('servers');
    await cluster.stop('SIGINT');
    const one = await serve(t, database);
    const [status, text] = await readiness(one);
    assert.equal(status, 503);
    assert.match(text, /ECONNREFUSED/);
    await cluster.restart();
    await until(async () => (await readiness(one))[0] === 200);
    const two = await serve(t, database);

    const environment = { KBGAP_DATABASE_URL: database };
    const folder = temporaryFolder(t);
    const created = await kbgap(
      ['client', 'create', 'test', '--data', folder, '--json', ...roles.flatMap((role) => ['--role', role])],
      '',
      environment,
    );
    assert.equal(created.code, 0, created.stderr);
    const client = JSON.parse(created.stdout) as Readonly<Record<string, string>>;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client['clientId'] ?? '',
      client_secret: client['clientSecret'] ?? '',
      scope: 'https://api.securitycenter.microsoft.com/.default',
    });
    let token = '';
    await until(async () => {
      const asked = await fetch(`${one}/${client['tenantId'] ?? ''}/oauth2/v2.0/token`, { method: 'POST', body: form });
      token = ((await asked.json()) as { access_token?: string }).access_token ?? '';
      return asked.status === 200;
    });
    for (const [n, url] of [one, two, one, two].entries()) {
      const report = {
        schema: 'kbgap-inventory/1',
        device: { name: `pc-${n}` },
        os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
      };
      let answer: Response | undefined;
      await until(async () => {
        answer = await fetch(`${url}/v1/reports`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify(report),
        });
        return answer.status !== 401;
      });
      assert.equal(answer?.status, 200, await answer?.text());
    }
    await until(async () => (await total(one, token)) === 4 && (await total(two, token)) === 4);
    const missingOn = async (url: string): Promise<unknown> => {
      const answer = await fetch(`${url}/api/machines/pc-1/getmissingkbs`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(answer.status, 200);
      return ((await answer.json()) as { readonly value: unknown }).value;
    };
    assert.deepEqual(await missingOn(one), await missingOn(two));

    await cluster.stop('SIGKILL');
    await until(async () => (await readiness(two))[0] === 503);
    assert.equal((await fetch(`${two}/healthz`)).status, 200);
    await cluster.restart();
    await until(async () => (await readiness(two))[0] === 200);
    assert.equal(await total(two, token), 4);
  });
});
