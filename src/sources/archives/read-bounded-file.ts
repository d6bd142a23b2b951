import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TooLargeError } from './too-large-error.ts';

/** Read at a time from what says no size. */
const pieceBytes = 256 * 1024;

/**
 * All bytes of a file; of a pipe or a device too (`0` is standard input), which has no size beforehand and may never end.
 * @throws {TooLargeError} before more than `largestBytes` are in memory, and what opening and reading throw.
 */
export function readBoundedFile(file: string | number, largestBytes: number): Buffer {
  const handle = typeof file === 'number' ? file : openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size > largestBytes) throw tooLarge(largestBytes, String(size));
    return readAll(handle, size, largestBytes);
  } finally {
    if (typeof file !== 'number') closeSync(handle);
  }
}

function readAll(handle: number, size: number, largestBytes: number): Buffer {
  const pieces: Buffer[] = [];
  let total = 0;
  for (let piece = Buffer.allocUnsafe(size + 1); ; piece = Buffer.allocUnsafe(pieceBytes)) {
    const read = readPiece(handle, piece);
    if (read === 0) return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    pieces.push(piece.subarray(0, read));
    total += read;
    if (total > largestBytes) throw tooLarge(largestBytes, 'more');
  }
}

function tooLarge(largestBytes: number, received: string): TooLargeError {
  return new TooLargeError(`expected a file of at most ${largestBytes} bytes, got ${received}`);
}

/** Standard input that is a terminal or a pipe set not to block has nothing yet where it says EAGAIN, and says EOF as an error on Windows. */
function readPiece(handle: number, piece: Buffer): number {
  for (;;) {
    try {
      return readSync(handle, piece);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
