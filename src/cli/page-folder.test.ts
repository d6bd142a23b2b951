import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { findPageFolder } from './page-folder.ts';

/** In the bundler's place: notes that it ran, and makes what it is told to. */
const bundler = `import { appendFileSync, cpSync } from 'node:fs';
const [, sources, , made] = process.argv.slice(2);
appendFileSync(new URL('../../../runs', import.meta.url), 'x');
if (sources.includes('broken')) throw new Error('no such icon');
cpSync(sources, made, { recursive: true });
`;

interface Clone {
  readonly root: string;
  readonly page: string;
  runs(): number;
  find(): Promise<string | undefined>;
}

function clone(name = 'clone'): Clone {
  const root = join(temporaryFolder({ after }), name);
  const page = join(root, 'web/index.html');
  mkdirSync(join(root, 'web'), { recursive: true });
  mkdirSync(join(root, 'node_modules/vite/bin'), { recursive: true });
  writeFileSync(page, 'first');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'node_modules/vite/package.json'), '{"name":"vite","type":"module"}');
  writeFileSync(join(root, 'node_modules/vite/bin/vite.js'), bundler);
  const runs = join(root, 'runs');
  return {
    root,
    page,
    runs: () => (existsSync(runs) ? readFileSync(runs, 'utf8').length : 0),
    find: async () => await findPageFolder({ root, onBuild: () => undefined }),
  };
}

describe('the folder of the page', () => {
  it('is built once, however many start at once', async () => {
    const { find, runs } = clone();
    const folders = await Promise.all([find(), find(), find()]);
    assert.equal(new Set(folders).size, 1);
    assert.equal(readFileSync(join(folders[0] ?? '', 'index.html'), 'utf8'), 'first');
    assert.equal(await find(), folders[0]);
    assert.equal(runs(), 1);
  });

  it('is another when a source has changed, and the one before stays for the server that names its files', async () => {
    const { find, page, runs } = clone();
    const first = (await find()) ?? '';
    writeFileSync(page, 'other');
    utimesSync(page, new Date(), new Date(Date.now() + 5000));
    const second = (await find()) ?? '';
    assert.notEqual(second, first);
    assert.equal(readFileSync(join(second, 'index.html'), 'utf8'), 'other');
    assert.ok(existsSync(first));
    assert.equal(runs(), 2);
  });

  it('is refused with what the bundler said where the sources cannot be built, and tried again', async () => {
    const { find, runs } = clone('broken');
    await assert.rejects(find(), /no such icon/);
    await assert.rejects(find(), /no such icon/);
    assert.equal(runs(), 2);
  });

  it('does not wait for a process that was killed while it built', async () => {
    const { find, runs } = clone();
    const folder = (await find()) ?? '';
    rmSync(folder, { recursive: true });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(`${folder}.building`);
    writeFileSync(`${folder}.building/pid`, String(pid));
    assert.equal(await find(), folder);
    assert.equal(runs(), 2);
    assert.ok(!existsSync(`${folder}.building`));
  });

  it('is the published one where there are no sources', async () => {
    const { root, find } = clone();
    rmSync(join(root, 'web'), { recursive: true });
    assert.equal(await find(), undefined);
    mkdirSync(join(root, 'dist/web'), { recursive: true });
    assert.equal(await find(), join(root, 'dist/web'));
  });

  it('is none in a clone without the bundler', async () => {
    const { root, find } = clone();
    rmSync(join(root, 'node_modules'), { recursive: true });
    assert.equal(await find(), undefined);
  });
});
