import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { temporaryFolder } from '../support/temporary-folder.ts';

// bin/kbgap.js in a small installation of its own, whose program only tells what reached it.

const bin = fileURLToPath(new URL('../../bin/kbgap.js', import.meta.url));
const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
const windows = process.platform === 'win32';

const program = `
const [word, ...rest] = process.argv.slice(2);
if (word === 'tell') console.log(JSON.stringify({ node: process.versions.node, rest }));
if (word === 'end') process.exitCode = Number(rest[0]);
if (word === 'echo') for await (const chunk of process.stdin) process.stdout.write(chunk);
if (word === 'wait') {
  const waiting = setInterval(() => undefined, 1000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      console.log('got ' + signal);
      process.exitCode = 7;
      clearInterval(waiting);
    });
  }
  console.log('ready ' + process.pid);
}
`;

/** A new folder laid out as a clone, or as the published package; returns its launcher. */
function install(layout: 'clone' | 'published', packagedNode: 'with the packaged Node' | 'without'): string {
  const folder = temporaryFolder({ after });
  const main = layout === 'clone' ? join(folder, 'src/cli/main.ts') : join(folder, 'dist/cli/main.js');
  mkdirSync(join(main, '..'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  // The type in it shows that a clone's program is stripped of types.
  writeFileSync(main, layout === 'clone' ? `${program}\nexport type Word = string;\n` : program);
  cpSync(join(bin, '..'), join(folder, 'bin'), { recursive: true });
  if (packagedNode !== 'without') {
    for (const name of readdirSync(packages).filter((each) => /^node-(bin-)?(linux|win|darwin)-/.test(each))) {
      symlinkSync(join(packages, name), join(folder, 'node_modules', name), 'junction');
    }
  }
  return join(folder, 'bin/kbgap.js');
}

/** A Node too old for kbgap that stands somewhere on this machine's path. */
function findOldNode(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const files = folders.map((folder) => join(folder, windows ? 'node.exe' : 'node')).filter((file) => existsSync(file));
  return [...new Set(files.map((file) => realpathSync(file)))].find((file) => {
    const [major = 0, minor = 0] = spawnSync(file, ['-p', 'process.versions.node'])
      .stdout.toString()
      .split('.')
      .map(Number);
    return major >= 20 && (major < 24 || (major === 24 && minor < 12));
  });
}

async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  child.on('exit', () => child.stdout.emit('data', Buffer.from('(ended)')));
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}

const oldNode = findOldNode();
const noOldNode = 'needs a Node between 20 and 24.11 on the path; there is none';
const starters = [
  { says: 'this Node', node: process.execPath, skip: false },
  { says: 'an old Node', node: oldNode ?? '', skip: oldNode === undefined && noOldNode },
] as const;

for (const { says, node, skip } of starters) {
  describe(`kbgap started by ${says}`, { skip }, () => {
    const launcher = skip === false ? install('clone', 'with the packaged Node') : '';

    it('runs on a new enough Node and hands on the arguments as they are', () => {
      const { stdout } = spawnSync(node, [launcher, 'tell', '--x', 'a b', '', 'ü"$']);
      const told = JSON.parse(stdout.toString()) as { node: string; rest: readonly string[] };
      assert.ok(Number(told.node.split('.')[0]) >= 24, told.node);
      assert.deepEqual(told.rest, ['--x', 'a b', '', 'ü"$']);
    });

    for (const code of [0, 1, 2, 3, 130]) {
      it(`ends with the program's exit code ${code}`, () => {
        assert.equal(spawnSync(node, [launcher, 'end', String(code)]).status, code);
      });
    }

    it('hands on standard input, byte for byte', () => {
      const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, n) => (n * 7) % 256));
      const { stdout } = spawnSync(node, [launcher, 'echo'], { input: bytes, maxBuffer: 1 << 20 });
      assert.ok(stdout.equals(bytes));
    });

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(`lets the program end by itself at ${signal}`, { skip: windows && 'Windows has no signals' }, async () => {
        const child = spawn(node, [launcher, 'wait']);
        assert.match(await firstLine(child), /^ready /);
        child.kill(signal);
        assert.equal(await firstLine(child), `got ${signal}`);
        assert.deepEqual(await once(child, 'exit'), [7, null]);
      });
    }
  });
}

describe('kbgap on an old Node', { skip: oldNode === undefined && noOldNode }, () => {
  it('takes the program with it when it is killed outright', { timeout: 30_000 }, async () => {
    const child = spawn(oldNode ?? '', [install('clone', 'with the packaged Node'), 'wait']);
    assert.notEqual(await firstLine(child), `ready ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'close'); // its output is the program's too: closed only when both are gone
  });

  it('says in one sentence what is missing where there is no packaged Node, and ends with 2', () => {
    const { status, stderr, stdout } = spawnSync(oldNode ?? '', [install('clone', 'without'), 'tell']);
    assert.equal(status, 2);
    assert.match(
      stderr.toString(),
      /^kbgap: needs Node 24\.12 or newer, or the package node-\S+; this is Node v\d+\.\d+\.\d+\n$/,
    );
    assert.equal(stdout.toString(), '');
  });
});

describe('kbgap started by this Node', () => {
  it('runs what was compiled where there are no sources', () => {
    const { status, stdout } = spawnSync(process.execPath, [install('published', 'without'), 'tell', 'x']);
    assert.match(stdout.toString(), /"rest":\["x"\]/);
    assert.equal(status, 0);
  });

  const bundled = `(function () { console.log(process.argv[3] === undefined ? 'bundled' : 'bundled ' + process.argv[3]); })`;

  /** A bundle of `assess` made from main.ts; `changed`: when main.ts was changed after that. */
  function bundle(launcher: string, { changed }: { readonly changed: boolean }): string {
    const folder = join(launcher, '../../node_modules/.cache/kbgap/bundles');
    const { size, mtimeMs } = statSync(join(launcher, '../../src/cli/main.ts'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'assess.js'), bundled);
    const sources = [['src/cli/main.ts', size, changed ? mtimeMs - 1 : mtimeMs]];
    writeFileSync(join(folder, 'assess.json'), JSON.stringify({ hash: '1', sources }));
    return join(folder, '..');
  }

  it('runs assess from its bundle, and keeps the code that V8 made of it', () => {
    const launcher = install('clone', 'without');
    const codeFolder = bundle(launcher, { changed: false });
    for (const word of ['one', 'two']) {
      assert.equal(spawnSync(process.execPath, [launcher, 'assess', word]).stdout.toString(), `bundled ${word}\n`);
      assert.equal(readdirSync(codeFolder).filter((name) => name.endsWith('.code')).length, 1);
    }
    for (const name of readdirSync(codeFolder).filter((each) => each.endsWith('.code'))) {
      writeFileSync(join(codeFolder, name), 'no code');
    }
    assert.equal(spawnSync(process.execPath, [launcher, 'assess']).stdout.toString(), 'bundled\n');
  });

  it('runs the sources where they changed after the bundle was made, and for every other command', () => {
    const launcher = install('clone', 'without');
    bundle(launcher, { changed: true });
    assert.equal(spawnSync(process.execPath, [launcher, 'assess']).stdout.toString(), '');
    bundle(launcher, { changed: false });
    assert.match(spawnSync(process.execPath, [launcher, 'tell', 'x']).stdout.toString(), /"rest":\["x"\]/);
  });

  it('runs catalog import from a bundle of its own, and no other command of the catalogue', () => {
    const launcher = install('clone', 'without');
    const folder = join(bundle(launcher, { changed: false }), 'bundles');
    for (const kind of ['js', 'json'])
      renameSync(join(folder, `assess.${kind}`), join(folder, `catalog-import.${kind}`));
    const run = (...args: readonly string[]): string =>
      spawnSync(process.execPath, [launcher, ...args]).stdout.toString();
    assert.equal(run('catalog', 'import', 'file'), 'bundled import\n');
    for (const args of [['catalog', 'tell'], ['catalog', 'sync'], ['assess']])
      assert.doesNotMatch(run(...args), /bundled/, args.join(' '));
  });

  it('keeps the compiled code beside the packages', () => {
    const launcher = install('clone', 'without');
    spawnSync(process.execPath, [launcher, 'end', '0']);
    assert.notDeepEqual(readdirSync(join(launcher, '../../node_modules/.cache/kbgap')), []);
  });
});
