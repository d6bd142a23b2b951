import assert from 'node:assert/strict';
import { it } from 'node:test';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it("serve --throttle defender keeps Defender's limits over HTTP", async (t) => {
  const data = temporaryFolder(t);
  const server = await startServer(['serve', '--data', data, '--throttle', 'defender']);
  t.after(() => server.stop());
  const token = (await kbgap(['token', '--data', data])).stdout.trim();
  const ask = (): Promise<Response> =>
    fetch(`${server.url}/api/machines`, { headers: { authorization: `Bearer ${token}` } });
  const statuses: number[] = [];
  for (let sent = 0; sent < 100; sent += 1) statuses.push((await ask()).status);
  assert.deepEqual([...new Set(statuses)], [200]);
  const refused = await ask();
  assert.equal(refused.status, 429);
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, String(seconds));
  assert.equal(((await refused.json()) as { readonly error: { readonly code: string } }).error.code, 'TooManyRequests');
});

it('other limits are none', async (t) => {
  const data = temporaryFolder(t);
  const option = await kbgap(['serve', '--data', data, '--port', '0', '--throttle', 'none']);
  assert.equal(option.code, 2);
  assert.match(option.stderr, /--throttle: expected fair or defender, got "none"/);
  const variable = await kbgap(['serve', '--data', data, '--port', '0'], '', { KBGAP_THROTTLE: 'x' });
  assert.equal(variable.code, 2);
  assert.match(variable.stderr, /KBGAP_THROTTLE: expected fair or defender, got "x"/);
});
