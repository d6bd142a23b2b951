import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { constants, zstdCompressSync } from 'node:zlib';

/**
 * Keeps a document as published, under its hash (hex): in the gzip it came in, else as zstd; one that is there already stays
 * as it is.
 */
export function keepDocument(
  folder: string,
  hash: string,
  { bytes, gzip }: { readonly bytes: Uint8Array; readonly gzip?: Uint8Array | undefined },
): void {
  const name = join(folder, hash);
  if (existsSync(`${name}.zst`) || existsSync(`${name}.gz`)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const packed = gzip ?? zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const temporary = `${name}.${process.pid}.${threadId}`;
  writeFileSync(temporary, packed, { mode: 0o600 });
  renameSync(temporary, `${name}.${gzip === undefined ? 'zst' : 'gz'}`);
}
