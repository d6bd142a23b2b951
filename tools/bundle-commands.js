// At install of a clone (`prepare`) and at `npm run build`: the commands that must start quickly, each as one file for
// bin/bundled.js. Plain JavaScript, since any Node from 20 on may run it. Without the bundler (an install without
// development packages) nothing is made, and the commands run module by module.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const published = process.argv.includes('--published');
const folder = join(root, published ? 'dist/bundles' : 'node_modules/.cache/kbgap/bundles');
/** Where bin/kbgap.js keeps compiled code. */
const codeFolder = join(folder, '..');
const main = published ? 'dist/cli/main.js' : 'src/cli/main.ts';

/**
 * By command: the files of `commands/` that it runs, and the parsers that few of its runs load, which stay where they are. What
 * else the program can do is never reached from its bundle, see bin/kbgap.js.
 */
const commands = {
  assess: { runs: ['assess'], leavesOut: ['htmlparser2', 'papaparse', 'saxes'] },
  'catalog-import': { runs: ['catalog-import', 'bundle-import'], leavesOut: ['htmlparser2', 'papaparse'] },
};

/** Of another command's file. */
function isOther(id, runs) {
  const [, name] = /\/commands\/([\w-]+)\.[jt]s$/.exec(id.split(sep).join('/')) ?? [];
  return name !== undefined && !runs.includes(name);
}

/** A bundle lies elsewhere than its modules: each gets its own address back. */
const ownAddresses = {
  name: 'own-addresses',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return undefined;
    const place = relative(folder, id).split(sep).join('/');
    return code.replaceAll('import.meta.url', `__addressOf(${JSON.stringify(place)})`);
  },
};

/** Node's modules when they are first used: crypto and child_process cost milliseconds, and are seldom needed. */
function requireLate(code) {
  const statement = /^let (\w+) = require\("(node:[\w/]+)"\);\n(?:\1 = __toESM\(\1(?:, 1)?\);\n)?/gm;
  const names = [];
  const late = code.replace(statement, (_, name, module) => {
    names.push(name);
    return `const ${name}__late = () => require("${module}");\n`;
  });
  return names.reduce(
    (text, name) => text.replace(new RegExp(`\\b${name}(?:\\.default\\b)?(?=\\.)`, 'g'), `(${name}__late())`),
    late,
  );
}

/** A script with one letter beyond ASCII is twice as large in memory, and slower to start. */
function inAscii(code) {
  return code.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function findBundler() {
  try {
    return await import('rolldown');
  } catch (error) {
    if (published || error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}

async function bundle(rolldown, [command, { runs, leavesOut }]) {
  const bundling = await rolldown({
    input: join(root, main),
    cwd: root,
    platform: 'node',
    external: (id) => isOther(id, runs) || leavesOut.includes(id),
    plugins: [ownAddresses],
  });
  const { output } = await bundling.generate({ format: 'cjs', codeSplitting: false });
  await bundling.close();
  const [{ code: bundled, moduleIds }] = output;
  const code = inAscii(bundled);
  const text =
    `(function (require, __filename) {\n` +
    `const __addressOf = (place) => new URL(place, require('node:url').pathToFileURL(__filename)).href;\n` +
    `const exports = {};\n${requireLate(code)}\n})`;
  const sources = published ? [] : moduleIds.filter((id) => id.startsWith(join(root, 'src'))).map((id) => stamp(id));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${command}.js`), text);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  writeFileSync(join(folder, `${command}.json`), JSON.stringify({ hash, sources }));
}

function stamp(file) {
  const { size, mtimeMs } = statSync(file);
  return [relative(root, file).split(sep).join('/'), size, mtimeMs];
}

const bundler = await findBundler();
rmSync(folder, { recursive: true, force: true });
if (bundler !== undefined) {
  for (const command of Object.entries(commands)) await bundle(bundler.rolldown, command);
  if (!published) runOnce();
}

/** The first run of a new bundle keeps its compiled code: it should not be the user's, and do what most users do. */
function runOnce() {
  assessOnce();
  importOnce();
}

/** A native inventory, and a systeminfo text in a console's code page with letters beyond ASCII. */
function assessOnce() {
  const inventory = {
    schema: 'kbgap-inventory/1',
    device: { name: 'one' },
    os: { build: '10.0.17763.1' },
    updates: [],
  };
  const systeminfo = [
    '',
    'Hostname:                                  TWO',
    'Betriebssystemname:                        Microsoft Windows 10 Pro',
    'Betriebssystemversion:                     10.0.19045 Nicht zutreffend Build 19045',
    'Registrierter Besitzer:                    B\x81ro',
    'Systemgebietsschema:                       de;Deutsch (Deutschland)',
    'Systemtyp:                                 x64-basierter PC',
    'Hotfix(es):                                1 Hotfix(e) installiert.',
    '                                           [01]: KB5034122',
    '',
  ].join('\r\n');
  const file = join(folder, 'first-run.txt');
  writeFileSync(file, Buffer.from(systeminfo, 'latin1'));
  spawnSync(process.execPath, [join(root, 'bin/kbgap.js'), 'assess', '-', file], { input: JSON.stringify(inventory) });
  rmSync(file);
}

/** A revised document into a catalogue that holds it and another. Only the second run's code is kept: the first merges nothing. */
function importOnce() {
  const data = join(folder, 'first-run');
  mkdirSync(data);
  const run = (...files) =>
    spawnSync(process.execPath, [join(root, 'bin/kbgap.js'), 'catalog', 'import', ...files, '--data', data]);
  const held = ['2020-Jan', '2020-Feb'].map((id) => writeDocument(data, id, '01-15'));
  run(...held);
  for (const name of readdirSync(codeFolder)) if (name.startsWith('catalog-import-')) rmSync(join(codeFolder, name));
  run(writeDocument(data, '2020-Jan', '02-15'));
  rmSync(data, { recursive: true });
}

function writeDocument(place, id, day) {
  const file = join(place, `${id}.${day}.xml.gz`);
  const text = readFileSync(join(root, 'tools/first-run-document.xml'), 'utf8');
  writeFileSync(file, gzipSync(text.replaceAll('2020-Jan', id).replaceAll('{day}', day)));
  return file;
}
