import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/**
 * How documents and feeds lie in a bundle: one zstd frame each. An older revision is packed against the newer one before
 * it, which leaves what changed. Level 9 packs the 366 MB of documents to 7.0 MB in 2 s; 12 takes 7 s for 6.6 MB.
 */
const level = 9;
/** 32 MB: a document and the revision it is packed against. Readers refuse frames that ask for more. */
const windowLog = 25;

export function packSection(content: Uint8Array, base: Uint8Array | undefined): Uint8Array {
  return zstdCompressSync(content, {
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_windowLog]: windowLog,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
    ...(base === undefined ? {} : { dictionary: base }),
  });
}

/** @throws {Error} where the frame is damaged or holds more than `sizeBytes`: it is not unpacked further. */
export function unpackSection(stored: Uint8Array, sizeBytes: number, base: Uint8Array | undefined): Uint8Array {
  return zstdDecompressSync(stored, {
    maxOutputLength: Math.max(1, sizeBytes),
    params: { [constants.ZSTD_d_windowLogMax]: windowLog },
    ...(base === undefined ? {} : { dictionary: base }),
  });
}
