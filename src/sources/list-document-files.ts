import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DocumentError } from './document-error.ts';

/** A file that may hold one document, or several in an archive. */
export interface DocumentFile {
  readonly path: string;
  readonly sizeBytes: number;
}

const readable = /\.(?:xml|json|zip)(?:\.gz)?$/i;

/**
 * The files that paths name: a file as it is, a folder's `.xml`, `.json`, `.gz` and `.zip` files, its subfolders too.
 * Sorted by path. @throws {DocumentError} for a path that does not exist.
 */
export async function listDocumentFiles(paths: readonly string[]): Promise<readonly DocumentFile[]> {
  const files = new Map<string, DocumentFile>();
  for (const path of paths) for (const file of await filesOf(path)) files.set(file.path, file);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesOf(path: string): Promise<readonly DocumentFile[]> {
  let info;
  try {
    info = await stat(path);
  } catch (error) {
    throw new DocumentError(path, 'expected a file or a folder, but there is none', { cause: error });
  }
  if (!info.isDirectory()) return [{ path, sizeBytes: info.size }];
  const entries = await readdir(path, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() || readable.test(entry.name))
      .map((entry) => filesOf(join(path, entry.name))),
  );
  return nested.flat();
}
