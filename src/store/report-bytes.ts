import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** A report as kept: zstd, level 3. A systeminfo text of 4 KB takes some 50 µs. */
export function packReport(raw: Uint8Array): Uint8Array {
  return zstdCompressSync(raw, {
    pledgedSrcSize: raw.length,
    chunkSize: 4096, // memory is taken by the chunk, and most reports pack into one
    params: { [constants.ZSTD_c_compressionLevel]: 3 },
  });
}

export function unpackReport(packed: Uint8Array): Uint8Array {
  return zstdDecompressSync(packed);
}
