import { closeSync, openSync, readSync } from 'node:fs';

/** Whether a file begins as a bundle does, of this format or a later one. */
export function isBundleFile(path: string): boolean {
  let handle;
  try {
    handle = openSync(path, 'r');
    const start = Buffer.alloc('kbgap-bundle/'.length);
    return readSync(handle, start) === start.length && start.toString('latin1') === 'kbgap-bundle/';
  } catch {
    return false; // a folder, or no file: others say so
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
