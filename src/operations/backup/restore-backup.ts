import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { extract } from 'tar';
import { checkDatabase } from '../../store/sqlite/copy-database.ts';
import { BackupError, describeFiles, manifestName, parseManifest } from './backup-manifest.ts';
import type { BackupManifest } from './backup-manifest.ts';

/** Where files wait until all of them are proven. */
const stagingName = '.restoring';

/** Moved last: a folder with it is whole. */
const storeName = 'kbgap.sqlite';

/**
 * Puts a backup into a data folder that is empty or not there. Nothing is put in place before every file is proven by its hash and
 * the store by SQLite. @throws {BackupError} {@link StoreUnreadableError} {@link StoreTooNewError}
 */
export async function restoreBackup(file: string, dataFolder: string): Promise<BackupManifest> {
  requireEmpty(dataFolder);
  const staging = join(dataFolder, stagingName);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  try {
    await unpack(file, staging);
    const manifest = await prove(file, staging);
    checkDatabase(join(staging, storeName));
    const entries = readdirSync(staging).filter((name) => name !== manifestName && name !== storeName);
    for (const name of [...entries, storeName]) renameSync(join(staging, name), join(dataFolder, name));
    return manifest;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** A restore that was interrupted before leaves parts, but no store: they may go. */
function requireEmpty(dataFolder: string): void {
  if (!existsSync(dataFolder)) return;
  const found = readdirSync(dataFolder).filter((name) => name !== stagingName);
  if (found.length > 0)
    throw new BackupError(
      `expected an empty data folder, but ${dataFolder} holds ${found.slice(0, 5).join(', ')}: move it away, or name another with --data`,
    );
}

async function unpack(file: string, folder: string): Promise<void> {
  if (!existsSync(file)) throw new BackupError(`expected a backup, but ${file} is not there`);
  try {
    await extract({
      file,
      cwd: folder,
      strict: true,
      zstd: true,
      preserveOwner: false,
      fmode: 0o600,
      dmode: 0o700,
      filter: (_path, entry) => !('type' in entry) || entry.type === 'File' || entry.type === 'OldFile',
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError(`expected a backup that \`kbgap backup\` wrote, but ${file} cannot be read (${reason})`, {
      cause: error,
    });
  }
}

/** @throws {BackupError} naming the first file that is not as it was written. */
async function prove(file: string, folder: string): Promise<BackupManifest> {
  const path = join(folder, manifestName);
  if (!existsSync(path)) throw new BackupError(`expected ${manifestName} in ${file}: it is no backup of kbgap`);
  const manifest = parseManifest(readFileSync(path, 'utf8'));
  const found = new Map((await describeFiles(folder)).map((each) => [each.path, each]));
  found.delete(manifestName);
  for (const { path: name, sha256, sizeBytes } of manifest.files) {
    const is = found.get(name);
    if (is?.sha256 !== sha256 || is.sizeBytes !== sizeBytes)
      throw new BackupError(
        `expected ${name} in ${file} as it was written, but it ${is === undefined ? 'is not there' : 'was changed'}`,
      );
    found.delete(name);
  }
  const [strange] = found.keys();
  if (strange !== undefined)
    throw new BackupError(`expected only what the backup lists, but ${file} also holds ${strange}`);
  if (!manifest.files.some(({ path: name }) => name === storeName))
    throw new BackupError(`expected ${storeName} in ${file}`);
  return manifest;
}
