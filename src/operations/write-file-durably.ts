import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Written beside, on disk, then renamed: a reader and a crash see the old file or the new one. Readable by its owner only, unless
 * `mode` says otherwise.
 */
export function writeFileDurably(file: string, bytes: Uint8Array, mode = 0o600): void {
  const temporary = `${file}.${process.pid}.new`;
  const handle = openSync(temporary, 'w', mode);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
