import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function kidsAt(url: string): Promise<readonly string[]> {
  const { keys } = (await (await fetch(`${url}/default/discovery/keys`)).json()) as {
    readonly keys: readonly { readonly kid: string }[];
  };
  return keys.map(({ kid }) => kid);
}

describe('kbgap token-key', () => {
  it('rotates under a running server, which follows; --drop-old refuses what was issued before', async (t) => {
    const data = temporaryFolder(t);
    const server = await startServer(['serve', '--data', data]);
    t.after(() => server.stop());
    const issue = async (): Promise<string> => (await kbgap(['token', '--data', data])).stdout.trim();
    const ask = async (token: string): Promise<number> =>
      (await fetch(`${server.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } })).status;
    const until = async (holds: () => Promise<boolean>): Promise<void> => {
      for (let waited = 0; waited < 100 && !(await holds()); waited += 1) await delay(100);
      assert.ok(await holds());
    };
    const [first] = await kidsAt(server.url);
    const old = await issue();
    const { kid, use } = JSON.parse((await kbgap(['token-key', 'rotate', '--data', data, '--json'])).stdout) as Record<
      'kid' | 'use',
      string
    >;
    assert.equal(use, 'signing');
    await until(async () => (await kidsAt(server.url)).length === 2);
    assert.deepEqual(await kidsAt(server.url), [kid, first]);
    assert.deepEqual([await ask(old), await ask(await issue())], [200, 200]);
    const listed = (await kbgap(['token-key', 'list', '--data', data])).stdout.trim().split('\n');
    assert.match(listed[0] ?? '', new RegExp(`^${kid}  created \\S+  signing$`));
    assert.match(listed[1] ?? '', new RegExp(`^${first}  created \\S+  verifying until \\S+$`));

    const dropped = await kbgap(['token-key', 'rotate', '--drop-old', '--data', data]);
    assert.match(dropped.stderr, /refused/);
    await until(async () => (await ask(old)) === 401);
    assert.equal(await ask(await issue()), 200);

    const lines = JSON.parse((await kbgap(['audit', 'list', '--data', data, '--json'])).stdout) as readonly {
      readonly action: string;
      readonly subject: string;
      readonly actor: string;
      readonly detail: unknown;
    }[];
    const [newest] = await kidsAt(server.url);
    assert.deepEqual(
      lines
        .filter(({ action }) => action === 'signing-key.rotated')
        .map(({ subject, actor, detail }) => ({ subject, actor, detail })),
      [
        { subject: kid, actor: 'local operator', detail: { dropOld: false } },
        { subject: newest, actor: 'local operator', detail: { dropOld: true } },
      ],
    );
  });
});
