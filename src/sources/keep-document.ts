import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { constants, zstdCompressSync } from 'node:zlib';

/**
 * Keeps a document as published, under its hash (hex): in the gzip it came in, else as zstd; one that is there already stays
 * as it is. Gives the new file.
 */
export function keepDocument(
  folder: string,
  hash: string,
  { bytes, gzip }: { readonly bytes: Uint8Array; readonly gzip?: Uint8Array | undefined },
): { readonly path: string; readonly sizeBytes: number } | undefined {
  const name = join(folder, hash);
  if (existsSync(`${name}.zst`) || existsSync(`${name}.gz`)) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const packed = gzip ?? packDocument(bytes);
  const temporary = `${name}.${process.pid}.${threadId}`;
  writeFileSync(temporary, packed, { mode: 0o600 });
  const path = `${name}.${gzip === undefined ? 'zst' : 'gz'}`;
  renameSync(temporary, path);
  return { path, sizeBytes: packed.length };
}

/** As documents are kept that came unpacked. */
export function packDocument(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
}
