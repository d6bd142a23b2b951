import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';
import { encodings } from './accept-encoding.ts';

/** Bytes of an answer below which packing it costs more than it saves. */
export const leastPacked = 1024;

/** Packs the answers of the routes that are registered after it, as the client asks. */
export async function registerCompression(server: FastifyInstance): Promise<void> {
  await server.register(compress, {
    globalDecompression: false,
    encodings: [...encodings],
    threshold: leastPacked,
    customTypes: /^(?:text\/|application\/(?:json|xml|javascript|x-ndjson)|image\/svg)/,
  });
}
