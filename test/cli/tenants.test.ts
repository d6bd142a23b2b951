import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
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

describe('kbgap audit', () => {
  it('tells of imports, quarantined documents and trusted keys too', async (t) => {
    const folder = temporaryFolder(t);
    const data = ['--data', join(folder, 'data')];
    const feed = join(folder, 'kev.json');
    const vulnerabilities = [{ cveID: 'CVE-2026-33824', dateAdded: '2026-04-20', dueDate: '2026-05-11' }];
    writeFileSync(feed, JSON.stringify({ catalogVersion: '2026.07.01', vulnerabilities }));
    assert.equal((await kbgap(['catalog', 'import', feed, ...data])).code, 0);
    // The same again changes nothing.
    assert.equal((await kbgap(['catalog', 'import', feed, ...data])).code, 0);
    const other = ['--data', join(folder, 'other')];
    const key = join(folder, 'key.pub');
    writeFileSync(key, (await kbgap(['catalog', 'key', 'create', ...other])).stdout);
    const { keyId } = await json<{ keyId: string }>(kbgap(['catalog', 'key', 'trust', key, '--json', ...data]));
    assert.equal((await kbgap(['catalog', 'key', 'distrust', keyId, ...data])).code, 0);
    const lines = await json<readonly Record<string, unknown>[]>(kbgap(['audit', 'list', '--json', ...data]));
    assert.deepEqual(
      lines.map(({ actor, action, subject, tenantId }) => [actor, action, subject, tenantId]),
      [
        ['local operator', 'catalogue.imported', null, null],
        ['local operator', 'bundle-key.trusted', keyId, null],
        ['local operator', 'bundle-key.distrusted', keyId, null],
      ],
    );
  });
});

describe('kbgap group', () => {
  it('creates, changes, lists, assigns and deletes; a client is bound to groups', async (t) => {
    const data = ['--data', join(temporaryFolder(t), 'data')];
    const file = join(temporaryFolder(t), 'pc1.json');
    writeFileSync(file, inventory);
    assert.equal((await kbgap(['device', 'import', file, ...data])).code, 0);
    const run = async (...args: readonly string[]): Promise<Ran> => kbgap([...args, ...data]);
    const group = await json<Record<string, unknown>>(
      run('group', 'create', 'Berlin', '--name', 'pc*', '--os', 'Windows*', '--id', '140', '--json'),
    );
    assert.deepEqual(Object.keys(group), ['id', 'name', 'rank', 'rule', 'createdAt']);
    assert.equal(group['id'], 140);
    assert.equal((await run('group', 'create', 'Lab')).code, 0);
    assert.match((await run('group', 'list')).stdout, /^1 {2}Berlin {2}id 140 {2}name pc\* and os Windows\*\n2 {2}Lab/);
    const client = await json<{ clientId: string }>(run('client', 'create', 'siem', '--group', 'berlin', '--json'));
    assert.match((await run('client', 'list')).stdout, /sees Berlin/);
    assert.equal((await run('client', 'bind', client.clientId, '--all-groups')).code, 0);
    assert.doesNotMatch((await run('client', 'list')).stdout, /sees/);
    assert.match((await run('group', 'assign', 'PC1', 'lab')).stdout, / {2}Lab\n/);
    assert.match((await run('group', 'assign', 'PC1', '--by-rules')).stdout, / {2}Berlin\n/);
    assert.equal((await run('group', 'change', 'Berlin', '--name', '', '--os', 'Ubuntu')).code, 0);
    assert.match((await run('group', 'list')).stdout, /Berlin {2}id 140 {2}os Ubuntu\n/);
    assert.equal((await run('group', 'delete', 'Berlin')).code, 0);
    const refused: readonly (readonly string[])[] = [
      ['group', 'create', 'Lab'],
      ['group', 'create', 'x', '--ip', '10.0'],
      ['group', 'create', 'x', '--rank', '0'],
      ['group', 'change', 'Lab'],
      ['group', 'delete', 'Berlin'],
      ['group', 'assign', 'PC1'],
      ['group', 'assign', 'PC1', 'Lab', '--by-rules'],
      ['client', 'create', 'x', '--group', 'nowhere'],
      ['client', 'bind', client.clientId],
    ];
    for (const args of refused) assert.equal((await run(...args)).code, 2, args.join(' '));
  });
});
