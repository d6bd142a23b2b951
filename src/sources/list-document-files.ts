import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DocumentError } from './document-error.ts';

/** A file that may hold one document, or several in an archive. */
export interface DocumentFile {
  readonly path: string;
  readonly sizeBytes: number;
}

const documents = /\.(?:xml|json|zip)(?:\.gz)?$/i;
/** What a folder may hold where feeds are looked for, too. */
export const documentsAndFeeds = /\.(?:xml|json|zip|csv|html?|atom)(?:\.gz)?$/i;

/**
 * The files that paths name: a file as it is, a folder's `.xml`, `.json`, `.gz` and `.zip` files, its subfolders too
 * (or those whose names `readable` fits).
 * Sorted by path. @throws {DocumentError} for a path that does not exist.
 */
export async function listDocumentFiles(
  paths: readonly string[],
  readable = documents,
): Promise<readonly DocumentFile[]> {
  const files = new Map<string, DocumentFile>();
  for (const path of paths) for (const file of await filesOf(path, readable)) files.set(file.path, file);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesOf(path: string, readable: RegExp): Promise<readonly DocumentFile[]> {
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
      .map((entry) => filesOf(join(path, entry.name), readable)),
  );
  return nested.flat();
}
