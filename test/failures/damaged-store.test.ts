import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { checkStore } from '../../src/operations/check-store.ts';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A page in the middle of the devices, so that it is none of what the server holds in memory. */
function damageAPage(file: string, from = 0.2): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const pages = statSync(file).size / 4096;
  const handle = openSync(file, 'r+');
  for (let page = Math.max(1, Math.floor(pages * from)); page < pages; page += 1)
    writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
  closeSync(handle);
}

async function importDevices(url: string, token: string, many: number): Promise<void> {
  const lines = Array.from({ length: many }, (_, n) =>
    JSON.stringify({
      schema: 'kbgap-inventory/1',
      device: { name: `pc-${n}` },
      os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
    }),
  );
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/reports/bulk`, { method: 'POST', headers, body: lines.join('\n') });
  assert.equal(answer.status, 200);
}

describe('a page of the store that is damaged', () => {
  it('that every start needs: says what to do, and does not start', async (t) => {
    const data = join(temporaryFolder(t), 'data');
    assert.equal((await kbgap(['token', '--data', data])).code, 0);
    damageAPage(join(data, 'kbgap.sqlite'), 0);
    const { code, stderr } = await kbgap(['serve', '--data', data, '--port', '0']);
    assert.equal(code, 2);
    assert.match(stderr, /it is damaged .* restore the last backup/);
  });

  it('is said by a running server, at the next start or check, and a backup takes its place', async (t) => {
    const root = temporaryFolder(t);
    const [data, backup, restored] = ['data', 'backup.tar.zst', 'restored'].map((name) => join(root, name));
    assert.ok(data && backup && restored);
    const file = join(data, 'kbgap.sqlite');
    const environment = { KBGAP_LOG_LEVEL: 'silent' };
    const first = await startServer(['serve', '--data', data], environment);
    t.after(() => first.stop());
    const token = (await kbgap(['token', '--data', data])).stdout.trim();
    await importDevices(first.url, token, 20_000);
    assert.equal((await kbgap(['backup', backup, '--data', data])).code, 0);
    await checkStore(data, AbortSignal.timeout(60_000));
    await first.stop();

    // Started anew, so that the page is not in its memory.
    const second = await startServer(['serve', '--data', data], environment);
    t.after(() => second.stop());
    damageAPage(file);
    assert.ok(existsSync(file));
    const ask = (path: string): Promise<Response> =>
      fetch(`${second.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const answer = await ask('/api/machines?$top=10000');
    assert.equal(answer.status, 503, (await answer.text()).slice(0, 300));
    const ready = await fetch(`${second.url}/readyz`);
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /the store is damaged .*restore the last backup/);
    assert.equal((await fetch(`${second.url}/healthz`)).status, 200);
    await second.stop();

    await assert.rejects(checkStore(data, AbortSignal.timeout(60_000)), {
      code: 'store-unreadable',
      message: /damaged/,
    });
    const restoring = await kbgap(['restore', backup, '--data', restored]);
    assert.equal(restoring.code, 0, restoring.stderr);
    const third = await startServer(['serve', '--data', restored], environment);
    t.after(() => third.stop());
    const again = await fetch(`${third.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(((await again.json()) as { devices: { total: number } }).devices.total, 20_000);
    assert.equal((await fetch(`${third.url}/readyz`)).status, 200);
  });
});
