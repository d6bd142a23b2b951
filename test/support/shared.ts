import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(process.env['KBGAP_SHARED'] ?? '../shared', 'data');

/** Absolute path of a real document, host or table, e.g. `sharedPath('hosts')`. */
export function sharedPath(...parts: readonly string[]): string {
  return join(root, ...parts);
}

/**
 * Options for a test that needs the shared data: skipped with a clear line where the folder is missing.
 * @throws where `CI` is set: there a missing folder is a failure, not a reason to skip.
 */
export function needsShared(): { readonly skip: string | false } {
  if (existsSync(root)) return { skip: false };
  const line = `needs the shared data, which is not at ${root} (set KBGAP_SHARED)`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(line);
  return { skip: line };
}
