// What the api needs of it, which must not know where documents come from.
export { unzstd, unzstdStream } from '../../sources/archives/zstd-frames.ts';
