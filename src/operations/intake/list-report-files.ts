import { readdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { isHiddenName } from './hidden-name.ts';
import { ReportFileError } from './report-file-error.ts';

/**
 * The files that a path names: itself, or a folder's files and those of its subfolders, sorted by name; hidden ones are left
 * out. Links are followed, and each folder is read once however many links lead to it. `-` is standard input.
 * A path that is not there, or a folder that cannot be read, is an error in its place.
 */
export function* listReportFiles(path: string): Generator<string | ReportFileError> {
  if (path === '-') {
    yield path;
    return;
  }
  const info = statOf(path);
  if (info instanceof Error) yield new ReportFileError(path, 'file-unreadable', `cannot be read: ${info.message}`);
  else if (info === undefined)
    yield new ReportFileError(path, 'file-missing', 'expected a file or a folder, but there is none');
  else if (info.isDirectory()) yield* filesIn(path, new Set());
  else yield path;
}

function* filesIn(folder: string, seen: Set<string>): Generator<string | ReportFileError> {
  let entries;
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (seen.has(identity)) return;
    seen.add(identity);
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield new ReportFileError(folder, 'file-unreadable', `cannot be read: ${messageOf(error)}`, { cause: error });
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (isHiddenName(entry.name)) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? statOf(path) : entry;
    // A link that leads nowhere, or round to itself.
    if (kind === undefined || kind instanceof Error) continue;
    if (kind.isDirectory()) yield* filesIn(path, seen);
    // A pipe or a device in a folder may never end.
    else if (kind.isFile()) yield path;
  }
}

/** What a path leads to; `undefined` for nothing, an error where it cannot be told. */
function statOf(path: string): Stats | Error | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
