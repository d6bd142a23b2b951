import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { kbgap } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../../bin/kbgap.js', import.meta.url));
const os = { name: 'Windows 11 Pro', build: '10.0.26100.8000', architecture: 'x64', installationType: 'Client' };
const windows = process.platform === 'win32';

function native(name: string): string {
  return JSON.stringify({ schema: 'kbgap-inventory/1', device: { name }, os });
}

function countIn(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(20);
}

function watch(t: TestContext, folder: string, data: string, ...more: readonly string[]): ChildProcess {
  const child = spawn(
    process.execPath,
    [program, 'device', 'watch', folder, '--data', data, '--settle', '0', ...more],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function namesIn(data: string): Promise<readonly string[]> {
  const { stdout } = await kbgap(['device', 'list', '--data', data, '--json']);
  return (JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => name).sort();
}

describe('kbgap device watch', () => {
  it('--once: a line a file, exit 2 where something was refused, else 0', async (t) => {
    const folder = temporaryFolder(t);
    const data = temporaryFolder(t);
    writeFileSync(join(folder, 'a.json'), native('A'));
    const first = await kbgap(['device', 'watch', folder, '--data', data, '--once', '--settle', '0.1', '--json']);
    assert.equal(first.code, 0);
    assert.deepEqual(JSON.parse(first.stdout), {
      kind: 'done',
      file: join(folder, 'a.json'),
      movedTo: join(folder, 'done', 'a.json'),
      stored: 1,
      refused: [],
    });
    writeFileSync(join(folder, 'bad.txt'), 'hello');
    const second = await kbgap(['device', 'watch', folder, '--data', data, '--once', '--settle', '0']);
    assert.equal(second.code, 2);
    assert.match(second.stderr, /bad\.txt: 0 stored, 1 refused, see .*refused/);
    assert.deepEqual(await namesIn(data), ['A']);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const) {
    it(`ends at ${signal} with ${code}`, { skip: windows && 'Windows has no signals' }, async (t) => {
      const folder = temporaryFolder(t);
      const child = watch(t, folder, temporaryFolder(t));
      writeFileSync(join(folder, 'a.json'), native('A'));
      await until(() => existsSync(join(folder, 'done', 'a.json')));
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [code, null]);
    });
  }

  it(
    'is killed at any place and started again: every report is stored, every file is moved once',
    { skip: windows, timeout: 120_000 },
    async (t) => {
      const folder = temporaryFolder(t);
      const data = temporaryFolder(t);
      const count = 900;
      mkdirSync(join(folder, 'site'));
      for (let n = 0; n < count; n += 1)
        writeFileSync(join(folder, n % 2 === 0 ? `${n}.json` : `site/${n}.json`), native(`PC${n}`));
      for (const killAt of [1, 200, 600]) {
        const child = watch(t, folder, data, '--quiet');
        await until(() => countIn(join(folder, 'done')) + countIn(join(folder, 'done', 'site')) >= killAt);
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      const last = await kbgap(['device', 'watch', folder, '--data', data, '--once', '--settle', '0', '--quiet']);
      assert.equal(last.code, 0);
      const moved = [...readdirSync(join(folder, 'done')), ...readdirSync(join(folder, 'done', 'site'))].filter(
        (name) => name.endsWith('.json'),
      );
      assert.equal(moved.length, count);
      assert.ok(!moved.some((name) => /\.\d+\.json$/.test(name)), 'none twice');
      assert.equal((await namesIn(data)).length, count);
      assert.ok(!existsSync(join(folder, 'refused')));
    },
  );

  it('one process watches a folder at a time', async (t) => {
    const folder = temporaryFolder(t);
    const data = temporaryFolder(t);
    const child = watch(t, folder, data);
    writeFileSync(join(folder, 'a.json'), native('A'));
    await until(() => existsSync(join(folder, 'done', 'a.json')));
    const second = await kbgap(['device', 'watch', folder, '--data', data, '--once']);
    assert.equal(second.code, 2);
    assert.match(second.stderr, /another process is watching/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal((await kbgap(['device', 'watch', folder, '--data', data, '--once'])).code, 0);
  });

  const wrong: readonly [says: string, args: readonly string[], expected: RegExp][] = [
    ['a folder that is none', ['no-such-folder'], /expected a folder to watch, but no-such-folder is none/],
    ['a time that is none', ['.', '--settle', 'soon'], /--settle: expected seconds from 0 to 86400, got "soon"/],
    ['an encoding that is none', ['.', '--encoding', 'klingon'], /--encoding: expected an encoding/],
  ];
  for (const [says, args, expected] of wrong) {
    it(`${says} is refused`, async (t) => {
      const { code, stderr } = await kbgap(['device', 'watch', ...args, '--data', temporaryFolder(t), '--once']);
      assert.equal(code, 2);
      assert.match(stderr, expected);
    });
  }
});
