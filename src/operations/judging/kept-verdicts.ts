import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Contribution } from '../contribution.ts';
import type { Log } from '../log.ts';
import { Turn } from '../turn.ts';
import { writeFileDurably } from '../write-file-durably.ts';
import { programMark } from './program-mark.ts';

/** By patch state. */
export type KeptVerdict = readonly [id: string, contribution: Contribution];

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** What is equal is written once within so many; together they take a few milliseconds. */
const perPiece = 250;

const turnMs = 4;

/** Other versions of this file are no verdicts. */
const format = 'kbgap-verdicts 1';

/** `<format> <SHA-256 of catalogue and program> <SHA-256 of what follows>`, in hex. */
const headPattern = /^kbgap-verdicts 1 ([0-9a-f]{64}) ([0-9a-f]{64})$/;
const headBytes = format.length + 2 * 65;

/**
 * What was counted of each patch state in use, in a file of the data folder: a server that starts again need not judge thousands of
 * states before it answers. Only ever a copy of what the rules would say anew: a file by another catalogue or another program, or a
 * damaged one, counts for nothing.
 */
export class KeptVerdicts {
  readonly #file: string;
  readonly #log: Log;

  constructor(dataFolder: string, log: Log) {
    this.#file = join(dataFolder, 'verdicts');
    this.#log = log;
  }

  /** Calls `take` for each that was kept under the catalogue, a few milliseconds at a time. Never throws. */
  async read(catalogueId: string, take: (verdict: KeptVerdict) => void): Promise<void> {
    try {
      const bytes = await readFile(this.#file);
      const head = headPattern.exec(bytes.toString('latin1', 0, headBytes));
      if (head?.[1] !== markOf(catalogueId)) return;
      const content = bytes.subarray(headBytes);
      if (createHash('sha256').update(content).digest('hex') !== head[2])
        throw new Error(`expected a whole file, got another SHA-256 than its first line names`);
      const turn = new Turn(turnMs);
      for (const piece of deserialize(await decompress(content)) as readonly Uint8Array[]) {
        for (const verdict of deserialize(piece) as readonly KeptVerdict[]) {
          take(verdict);
          if (turn.isOver) await turn.pass();
        }
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      this.#log.warn({ err: error, file: this.#file }, 'kept verdicts cannot be read; the states are judged anew');
    }
  }

  /** What was kept goes; the next write keeps what is then in use. */
  drop(): void {
    rmSync(this.#file, { force: true });
  }

  /** Replaces what was kept. Never throws: what is not kept is judged again. */
  async write(catalogueId: string, verdicts: Iterable<KeptVerdict>): Promise<void> {
    try {
      const pieces: Buffer[] = [];
      const turn = new Turn(turnMs);
      let piece: KeptVerdict[] = [];
      for (const verdict of verdicts) {
        if (piece.push(verdict) < perPiece) continue;
        pieces.push(serialize(piece));
        piece = [];
        if (turn.isOver) await turn.pass();
      }
      if (piece.length > 0) pieces.push(serialize(piece));
      const content = await compress(serialize(pieces), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
      const hash = createHash('sha256').update(content).digest('hex');
      writeFileDurably(this.#file, Buffer.concat([Buffer.from(`${format} ${markOf(catalogueId)} ${hash}`), content]));
    } catch (error) {
      this.#log.warn({ err: error, file: this.#file }, 'verdicts could not be kept for the next start');
    }
  }
}

function markOf(catalogueId: string): string {
  return createHash('sha256').update(`${programMark()} ${catalogueId}`).digest('hex');
}
