import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createZstdDecompress, zstdDecompressSync } from 'node:zlib';

/** Each costs as much as some kilobytes of content, however little it holds. */
const mostFrames = 65_536;

const frameMagic = 0xfd2fb528;
const frameStart = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);
const skippableMagic = 0x184d2a50;
/** Bytes of a frame header's fields by their flags. */
const dictionaryBytes: readonly number[] = [0, 1, 2, 4];
const sizeBytes: readonly number[] = [0, 2, 4, 8];
const reservedBlock = 3;
const repeatedByteBlock = 1;

type Part = 'magic' | 'skippable size' | 'skippable' | 'descriptor' | 'header' | 'block header' | 'block' | 'checksum';

/**
 * Cuts zstd data where its frames end, since Node's zstd reads no further than the first (`pzstd` and `cat a.zst b.zst` write
 * several). Skippable frames are left out. Source: RFC 8878, 3.1.
 */
class ZstdFrameCutter {
  #part: Part = 'magic';
  /** Bytes of the part that are still to come. */
  #left = 4;
  #read = 0;
  /** Of the parts of up to 4 bytes, the lowest byte first. */
  #value = 0;
  #hasChecksum = false;
  #isLastBlock = false;

  /** Whether the data may end here. */
  get isWhole(): boolean {
    return this.#part === 'magic' && this.#read === 0;
  }

  get #isInFrame(): boolean {
    return this.#part !== 'magic' && this.#part !== 'skippable size' && this.#part !== 'skippable';
  }

  /** Pieces in their order; none goes beyond the end of a frame. @throws {Error} for what is no frame. */
  *cut(chunk: Uint8Array): Generator<Uint8Array> {
    let from = 0;
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(this.#left, chunk.length - at);
      this.#take(chunk, at, taken);
      at += taken;
      while (this.#left === 0) {
        const ended = this.#part;
        const wasInFrame = this.#isInFrame;
        this.#goOn();
        if (ended === 'magic' && this.#isInFrame) {
          if (at < frameStart.length) yield frameStart;
          from = at < frameStart.length ? at : at - frameStart.length;
        }
        if (wasInFrame && !this.#isInFrame) yield chunk.subarray(from, at);
      }
    }
    if (this.#isInFrame && from < chunk.length) yield chunk.subarray(from);
  }

  #take(chunk: Uint8Array, at: number, count: number): void {
    if (this.#part !== 'block' && this.#part !== 'skippable' && this.#part !== 'header') {
      for (let n = 0; n < count; n += 1) this.#value += (chunk[at + n] ?? 0) * 2 ** (8 * (this.#read + n));
    }
    this.#read += count;
    this.#left -= count;
  }

  #next(part: Part, bytes: number): void {
    this.#part = part;
    this.#left = bytes;
    this.#read = 0;
    this.#value = 0;
  }

  #goOn(): void {
    const value = this.#value;
    switch (this.#part) {
      case 'magic':
        if (value === frameMagic) return this.#next('descriptor', 1);
        if (value - (value % 16) === skippableMagic) return this.#next('skippable size', 4);
        throw new Error('zstd: expected a frame, got something else');
      case 'skippable size':
        return this.#next('skippable', value);
      case 'descriptor': {
        const isSingle = (value & 0x20) !== 0;
        const size = value >> 6 === 0 && isSingle ? 1 : (sizeBytes[value >> 6] ?? 0);
        this.#hasChecksum = (value & 4) !== 0;
        return this.#next('header', (isSingle ? 0 : 1) + (dictionaryBytes[value & 3] ?? 0) + size);
      }
      case 'block header': {
        const kind = (value >> 1) & 3;
        if (kind === reservedBlock) throw new Error('zstd: expected a block, got a reserved kind');
        this.#isLastBlock = (value & 1) !== 0;
        return this.#next('block', kind === repeatedByteBlock ? 1 : value >> 3);
      }
      case 'block':
        if (this.#isLastBlock && this.#hasChecksum) return this.#next('checksum', 4);
        return this.#isLastBlock ? this.#next('magic', 4) : this.#next('block header', 3);
      case 'header':
        return this.#next('block header', 3);
      case 'skippable':
      case 'checksum':
        return this.#next('magic', 4);
    }
  }
}

/** The frames of whole data, one by one; the last one as it is, where it broke off. @throws {Error} for what is no frame. */
export function zstdFrames(bytes: Uint8Array): Generator<Uint8Array> {
  return new ZstdFrameCutter().cut(bytes);
}

/** All frames, unpacked. @throws {Error} for damaged data; for more than `largestBytes` with the code `ERR_BUFFER_TOO_LARGE`. */
export function unzstdSync(bytes: Uint8Array, largestBytes: number, chunkSize: number): Buffer {
  const cutter = new ZstdFrameCutter();
  const frames = [...counted(cutter.cut(bytes), mostFrames)];
  if (!cutter.isWhole) throw brokenOff();
  const [only = new Uint8Array()] = frames;
  if (frames.length === 1) return zstdDecompressSync(only, { maxOutputLength: largestBytes, chunkSize });
  const contents: Buffer[] = [];
  let total = 0;
  for (const frame of frames) {
    const content = zstdDecompressSync(frame, {
      maxOutputLength: Math.max(largestBytes - total, 1),
      chunkSize: Math.min(chunkSize, Math.max(4096, frame.length * 4)),
    });
    total += content.length;
    if (total > largestBytes) throw tooLarge(largestBytes);
    // As it comes it keeps the whole piece in memory that it is the beginning of.
    contents.push(Buffer.from(content));
  }
  return Buffer.concat(contents, total);
}

/** The same of whole data, off the main thread. @throws as `unzstdSync`. */
export async function unzstd(bytes: Uint8Array, largestBytes: number): Promise<Buffer> {
  const contents: Buffer[] = [];
  let total = 0;
  for await (const content of unzstdStream([bytes], 64 * 1024, mostFrames) as AsyncIterable<Buffer>) {
    total += content.length;
    if (total > largestBytes) throw tooLarge(largestBytes);
    contents.push(content);
  }
  return Buffer.concat(contents, total);
}

/** All frames piece by piece, as they come in. Reading fails where the data is damaged. */
export function unzstdStream(chunks: Chunks, chunkSize = 16 * 1024, most = Number.POSITIVE_INFINITY): Readable {
  // The zstd stream goes on with the next frame where a piece ends with the one before. Whoever reads it is told what fails.
  return pipeline(framePieces(chunks, most), createZstdDecompress({ chunkSize }), () => undefined);
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function* framePieces(chunks: Chunks, most: number): AsyncGenerator<Uint8Array> {
  const cutter = new ZstdFrameCutter();
  for await (const chunk of chunks) yield* counted(cutter.cut(chunk), most);
  if (!cutter.isWhole) throw brokenOff();
}

function* counted(frames: Iterable<Uint8Array>, most: number): Generator<Uint8Array> {
  let count = 0;
  for (const frame of frames) {
    count += 1;
    if (count > most) throw new Error(`zstd: expected at most ${most} frames, got more`);
    yield frame;
  }
}

function brokenOff(): Error {
  return new Error('zstd: expected whole frames, got a broken off one');
}

function tooLarge(largestBytes: number): Error {
  return Object.assign(new RangeError(`zstd: expected at most ${largestBytes} bytes`), {
    code: 'ERR_BUFFER_TOO_LARGE',
  });
}
