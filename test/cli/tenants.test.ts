import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { kbgap, startServer } from '../support/server.ts';
import type { Ran } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const inventory = JSON.stringify({
  schema: 'kbgap-inventory/1',
  device: { name: 'PC1' },
  os: { name: 'Windows 11 Pro', build: '10.0.26100.8000', architecture: 'x64', installationType: 'Client' },
});

async function json<T>(ran: Promise<Ran>): Promise<T> {
  const { code, stdout, stderr } = await ran;
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as T;
}

describe('kbgap tenant', () => {
  it('creates, lists and deletes', async (t) => {
    const data = ['--data', join(temporaryFolder(t), 'data')];
    const created = await json<Record<string, string>>(kbgap(['tenant', 'create', 'contoso', '--json', ...data]));
    assert.deepEqual(Object.keys(created), ['tenantId', 'name']);
    const list = (): Promise<readonly Record<string, unknown>[]> => json(kbgap(['tenant', 'list', '--json', ...data]));
    assert.deepEqual(
      (await list()).map(({ name, devices }) => [name, devices]),
      [
        ['contoso', 0],
        ['default', 0],
      ],
    );
    assert.equal((await kbgap(['tenant', 'create', 'contoso', ...data])).code, 2);
    assert.equal((await kbgap(['tenant', 'create', 'v1', ...data])).code, 2);
    assert.match((await kbgap(['tenant', 'delete', 'contoso', ...data])).stderr, /expected --yes/);
    assert.match((await kbgap(['tenant', 'delete', 'nobody', '--yes', ...data])).stderr, /"nobody"/);
    assert.equal((await kbgap(['tenant', 'delete', 'default', '--yes', ...data])).code, 0);
    assert.match((await kbgap(['tenant', 'delete', 'contoso', '--yes', ...data])).stderr, /the only one/);
    assert.deepEqual(
      (await list()).map(({ name }) => name),
      ['contoso'],
    );
    const lines = await json<readonly Record<string, unknown>[]>(
      kbgap(['audit', 'list', '--tenant', 'contoso', '--json', ...data]),
    );
    assert.deepEqual(
      lines.map(({ actor, action, tenantId }) => [actor, action, tenantId]),
      [
        ['local operator', 'tenant.created', created['tenantId']],
        ['local operator', 'tenant.deleted', null],
      ],
    );
    assert.equal((await kbgap(['audit', 'list', '--since', 'yesterday', ...data])).code, 2);
  });

  it('shuts a deleted tenant out of a running server, and leaves the others alone', async (t) => {
    const data = ['--data', join(temporaryFolder(t), 'data')];
    const server = await startServer(['serve', ...data]);
    t.after(() => server.stop());
    await json(kbgap(['tenant', 'create', 'contoso', '--json', ...data]));
    const bearer = async (...more: readonly string[]): Promise<string> =>
      (await json<{ token: string }>(kbgap(['token', '--json', ...more, ...data]))).token;
    const [theirs, ours] = [await bearer('--tenant', 'contoso'), await bearer()];
    const ask = (token: string, path: string, body?: string): Promise<Response> =>
      fetch(`${server.url}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { method: 'POST', body }),
      });
    for (const token of [theirs, ours]) {
      assert.equal((await ask(token, '/v1/reports', inventory)).status, 200);
      assert.equal((await ask(token, '/api/machines/pc1/getmissingkbs')).status, 200);
    }
    assert.equal((await kbgap(['tenant', 'delete', 'contoso', '--yes', ...data])).code, 0);
    const deadline = Date.now() + 10_000;
    while ((await ask(theirs, '/api/machines/pc1/getmissingkbs')).status !== 401) {
      assert.ok(Date.now() < deadline, 'the token of a deleted tenant is still good');
      await delay(50);
    }
    for (const path of ['/api/machines', '/v1/status']) assert.equal((await ask(theirs, path)).status, 401);
    assert.equal((await ask(theirs, '/v1/reports', inventory)).status, 401);
    const answer = await ask(ours, '/api/machines/pc1/getmissingkbs');
    const { value } = (await answer.json()) as { readonly value: readonly { readonly machineMissedOn: number }[] };
    assert.ok(value.length > 0);
    assert.ok(value.every(({ machineMissedOn }) => machineMissedOn === 1));
  });
});
