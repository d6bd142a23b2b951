import { createRequire } from 'node:module';
import type { ReadEntry } from 'tar';

const require = createRequire(import.meta.url);

/** A member of a tar archive that is a file. */
export interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** `undefined` where `wanted` did not want it. */
  readonly content: Buffer | undefined;
}

export interface TarOptions {
  /** Asked before a member's bytes are kept. */
  readonly wanted: (name: string, sizeBytes: number) => boolean;
}

const blockBytes = 512;
const fileTypes: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];

/** Whether bytes begin with a tar header: its own sum is right, as in every dialect. */
export function isTar(head: Uint8Array): boolean {
  if (head.length < blockBytes || head[0] === 0) return false;
  const written = Buffer.from(head.subarray(148, 156)).toString('latin1');
  const said = /^[ \0]*([0-7]{1,7})[ \0]*$/.exec(written)?.[1];
  if (said === undefined) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at += 1) if (at < 148 || at >= 156) sum += head[at] ?? 0;
  return sum === Number.parseInt(said, 8);
}

/**
 * The files of a tar archive that comes piece by piece, one by one; links, folders and devices are left out.
 * @throws {Error} where the archive is damaged or cut; what came before is given.
 */
export async function* tarEntries(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { wanted }: TarOptions,
): AsyncGenerator<TarEntry> {
  // Loaded here: most files are no archive.
  const { Parser } = require('tar') as typeof import('tar');
  const ready: TarEntry[] = [];
  let damage: string | undefined;
  const parser = new Parser({ onwarn: (_code, message) => void (damage ??= String(message)) });
  parser.on('entry', (entry: ReadEntry) => {
    const name = String(entry.path);
    const isFile = fileTypes.includes(entry.type);
    const isWanted = isFile && wanted(name, entry.size);
    const chunks: Buffer[] = [];
    entry.on('data', (chunk) => void (isWanted && chunks.push(Buffer.from(chunk))));
    entry.on('end', () => {
      const content = isWanted ? Buffer.concat(chunks) : undefined;
      // A cut archive ends its last member early; the damage is told at the end.
      const isWhole = content === undefined || content.length === entry.size;
      if (isFile && isWhole) ready.push({ name, sizeBytes: entry.size, content });
    });
  });
  for await (const piece of pieces) {
    parser.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    yield* ready.splice(0);
  }
  parser.end();
  yield* ready.splice(0);
  if (damage !== undefined) throw new Error(`damaged tar archive: ${damage}`);
}
