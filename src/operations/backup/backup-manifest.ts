import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export const manifestName = 'kbgap-backup.json';

/** Every file of a backup, so that one that is damaged or lacking is told before anything is put in place. */
export interface BackupManifest {
  readonly schema: 'kbgap-backup/1';
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly files: readonly BackupFile[];
}

interface BackupFile {
  /** `catalogue/current`; with slashes on every system. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A backup that cannot be written, or is no whole one. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code = 'backup';
}

/** All files below a folder by path. */
export async function describeFiles(folder: string): Promise<readonly BackupFile[]> {
  const files: BackupFile[] = [];
  for (const path of listFiles(folder)) {
    const file = join(folder, ...path.split('/'));
    files.push({ path, sizeBytes: statSync(file).size, sha256: await hashOf(file) });
  }
  return files;
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort((a, b) => (a < b ? -1 : 1));
}

async function hashOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return digest.digest('hex');
}

/** @throws {BackupError} */
export function parseManifest(text: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BackupError(`expected ${manifestName} to be JSON`, { cause: error });
  }
  const { schema, files } = (value ?? {}) as Partial<BackupManifest>;
  if (schema !== 'kbgap-backup/1' || !Array.isArray(files))
    throw new BackupError(`expected a backup of kind kbgap-backup/1, got ${JSON.stringify(schema ?? null)}`);
  return value as BackupManifest;
}
