import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run } from './run-program.ts';

const installation = fileURLToPath(new URL('../../', import.meta.url));
const longestBuildMs = 60_000;

export interface PageBuild {
  /** Told before a build that takes some seconds. */
  readonly onBuild: () => void;
  /** The clone, or the installed package. Default: the one that this is of. */
  readonly root?: string;
}

/**
 * The folder of the built page. In a clone it is built when its sources are newer than what was built; without the tools for
 * that (an install without development packages) there is none.
 * @throws where the sources cannot be built.
 */
export async function findPageFolder({ onBuild, root = installation }: PageBuild): Promise<string | undefined> {
  const published = join(root, 'dist/web');
  const sources = join(root, 'web');
  const bundler = existsSync(sources) ? findBundler(root) : undefined;
  if (bundler === undefined) return existsSync(published) ? published : undefined;
  // One folder per state of the sources, so that a server that runs keeps the files that it names.
  const folder = join(root, '.cache/page', stampOf(root, sources));
  if (existsSync(folder)) return folder;
  onBuild();
  await buildOnce(bundler, sources, folder);
  return folder;
}

/** Of processes that start together one builds, and the others wait for it. */
async function buildOnce(bundler: string, sources: string, folder: string): Promise<void> {
  const lock = `${folder}.building`;
  for (const deadline = Date.now() + longestBuildMs; !takes(lock, deadline);) {
    await wait(100);
    if (existsSync(folder)) return;
  }
  try {
    if (existsSync(folder)) return;
    const made = join(lock, 'made');
    await run(process.execPath, [bundler, 'build', sources, '--outDir', made, '--logLevel', 'warn']);
    removeOlder(folder);
    renameSync(made, folder);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const holder = 'pid';

/** Whether the lock is ours now; one whose process was killed, or that outlived its time, is taken over. */
function takes(lock: string, deadline: number): boolean {
  mkdirSync(dirname(lock), { recursive: true });
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, holder), String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (Date.now() < deadline && !isLeft(lock)) return false;
    rmSync(lock, { recursive: true, force: true });
    return takes(lock, deadline);
  }
}

/** Whether the process that took the lock is there no more. */
function isLeft(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(join(lock, holder), 'utf8')), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** All but the newest two, which servers that run may still serve. */
function removeOlder(folder: string): void {
  const builds = dirname(folder);
  const held = readdirSync(builds, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith('.building'))
    .map(({ name }) => ({ path: join(builds, name), madeMs: statSync(join(builds, name)).mtimeMs }))
    .filter(({ path }) => path !== folder)
    .sort((a, b) => b.madeMs - a.madeMs);
  for (const { path } of held.slice(2)) rmSync(path, { recursive: true, force: true });
}

/** Changes with every file that the page is made of, and with the packages that are installed. */
function stampOf(root: string, sources: string): string {
  const files = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [...files, join(root, 'package-lock.json')]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function findBundler(root: string): string | undefined {
  try {
    return join(dirname(createRequire(join(root, 'package.json')).resolve('vite/package.json')), 'bin/vite.js');
  } catch {
    return undefined;
  }
}
