'use strict';
// Runs a command from its bundle: one file made by tools/bundle-commands.js at install or build, beside it the code that V8
// made of it in an earlier run, functions that were called included. Loading module by module takes twice as long.
const { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vm = require('node:vm');

/**
 * @param {string} command the command's name
 * @param {string} codeFolder where compiled code may be kept
 * @returns {boolean} false where there is no bundle, or one older than its sources
 */
function runBundled(command, codeFolder) {
  const folder = findBundles();
  const manifest = folder && readManifest(join(folder, `${command}.json`));
  if (!manifest) return false;
  const file = join(folder, `${command}.js`);
  const codeFile = join(codeFolder, `${command}-${manifest.hash}-${process.version}-${process.arch}.code`);
  const cachedData = tryRead(codeFile);
  const script = new vm.Script(readFileSync(file, 'utf8'), {
    filename: file,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    process.on('exit', (code) => {
      // What was compiled for a usage error or for the help is not what the next run needs.
      if (code !== 2 && !process.argv.includes('--help') && !process.argv.includes('-h')) keepCode(script, codeFile);
    });
  }
  script.runInThisContext()(require, file);
  return true;
}

function findBundles() {
  const root = join(__dirname, '..');
  return [join(root, 'dist/bundles'), join(root, 'node_modules/.cache/kbgap/bundles')].find(existsSync);
}

// In a clone the sources may have changed since; the published package has none, and its list is empty.
function readManifest(file) {
  const text = tryRead(file);
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text.toString());
  const root = join(__dirname, '..');
  const fresh = manifest.sources.every(([source, size, changed]) => {
    const stat = statSync(`${root}/${source}`, { throwIfNoEntry: false });
    return stat !== undefined && stat.size === size && stat.mtimeMs === changed;
  });
  return fresh ? manifest : undefined;
}

// Called when the program is done, so that every function it called is in it. Nothing depends on its success.
function keepCode(script, codeFile) {
  try {
    mkdirSync(join(codeFile, '..'), { recursive: true });
    writeFileSync(`${codeFile}.${process.pid}`, script.createCachedData());
    renameSync(`${codeFile}.${process.pid}`, codeFile);
  } catch {}
}

function tryRead(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

module.exports = { runBundled };
