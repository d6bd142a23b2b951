import {
  cpSync,
  readdirSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  fsyncSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { create } from 'tar';
import { copyDatabase } from '../../store/sqlite/copy-database.ts';
import { FolderLock } from '../folder-lock.ts';
import { BackupError, describeFiles, manifestName } from './backup-manifest.ts';

export interface BackupOutcome {
  readonly file: string;
  readonly sizeBytes: number;
  readonly files: number;
}

/** The store is copied by itself; locks and files that are being written belong to processes. */
const leftOut = /^kbgap\.sqlite|^\.restoring$|\.lock(?:-journal)?$|\.new$/;

/** How long a sync or an import may be in the middle of a change. */
const waitMs = 60_000;

/**
 * Writes all that a data folder holds into one file (tar, zstd), while a server serves it and takes reports: the store as it stood
 * at one instant, catalogue, documents, feeds, keys. The file holds the keys that sign tokens: its owner alone may read it.
 * An existing file is replaced when the new one is whole. @throws {BackupError} {@link StoreUnreadableError}
 */
export async function writeBackup(dataFolder: string, file: string, now: Date): Promise<BackupOutcome> {
  const target = resolve(file);
  if (target.startsWith(resolve(dataFolder) + sep))
    throw new BackupError(`expected a file outside the data folder ${dataFolder}, got ${file}`);
  mkdirSync(dirname(target), { recursive: true });
  // On the target's disk: there has to be room for the whole anyway.
  const staging = mkdtempSync(`${target}.`);
  try {
    const content = join(staging, 'content');
    mkdirSync(content, { mode: 0o700 });
    await copyDatabase(dataFolder, join(content, 'kbgap.sqlite'));
    await copyParts(dataFolder, content);
    const files = await describeFiles(content);
    const manifest = { schema: 'kbgap-backup/1', createdAt: now.toISOString(), files } as const;
    writeFileSync(join(content, manifestName), JSON.stringify(manifest, null, 2));
    const packed = join(staging, 'packed');
    const names = [manifestName, ...files.map(({ path }) => path)];
    await create({ file: packed, cwd: content, portable: true, zstd: true, mode: 0o600, noDirRecurse: true }, names);
    syncFile(packed);
    renameSync(packed, target);
    return { file: target, sizeBytes: statSync(target).size, files: files.length };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Neither a sync nor an import may be half done in the copy. */
async function copyParts(dataFolder: string, content: string): Promise<void> {
  const doing = 'changing the catalogue or the feeds';
  const locks: FolderLock[] = [];
  try {
    for (const name of ['build', 'feeds'])
      locks.push(await FolderLock.acquire(join(dataFolder, 'catalogue'), name, { waitMs, doing }));
    const options = { recursive: true, filter: (path: string) => !leftOut.test(basename(path)) };
    for (const name of readdirSync(dataFolder))
      if (!leftOut.test(name)) cpSync(join(dataFolder, name), join(content, name), options);
  } finally {
    for (const lock of locks) lock.release();
  }
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
