import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { ApiError } from '../errors.ts';

/** A client that takes nothing for so long has gone. */
const longestStallMs = 120_000;
const pieceLength = 64 * 1024;
const retrySeconds = 10;
/** Packs a third worse than the usual 6, in half the time. */
const gzipLevel = 4;

/** Answers that are written while they are sent: so many at once, and none that nobody takes. */
export class OpenStreams {
  readonly #most: number;
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Before anything is opened for an answer. @throws {ApiError} 429 */
  check(): void {
    if (this.#running < this.#most) return;
    const text = `expected at most ${this.#most} of these answers at once; try again later`;
    throw new ApiError(429, 'TooManyRequests', text, { retrySeconds });
  }

  /** `close` is called once, however it ends; `isGzip`: as a file of that kind. */
  send(
    reply: FastifyReply,
    pieces: AsyncIterable<Buffer>,
    { close, isGzip = false }: { readonly close?: () => void; readonly isGzip?: boolean } = {},
  ): FastifyReply {
    this.#running += 1;
    const source = Readable.from(pieces, { objectMode: false, highWaterMark: pieceLength });
    const sent = isGzip ? source.pipe(createGzip({ level: gzipLevel })) : source;
    const stalled = setTimeout(() => sent.destroy(new Error('the client takes nothing')), longestStallMs).unref();
    sent.on('data', () => stalled.refresh());
    sent.pause();
    if (sent !== source) source.once('error', (error) => sent.destroy(error));
    sent.once('close', () => {
      this.#running -= 1;
      clearTimeout(stalled);
      source.destroy();
      close?.();
    });
    return reply.send(sent);
  }
}
