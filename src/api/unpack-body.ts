import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzip,
  inflate,
  inflateRaw,
  zstdDecompress,
} from 'node:zlib';
import type { Readable, Transform } from 'node:stream';
import { promisify } from 'node:util';
import { ApiError } from './errors.ts';

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

interface Packing {
  readonly unpack: Unpack;
  readonly stream: () => Transform;
}

const gzip: Packing = { unpack: promisify(gunzip) as Unpack, stream: () => createGunzip() };

/** By the name of the Content-Encoding. */
const packings: Readonly<Record<string, Packing>> = {
  gzip,
  'x-gzip': gzip,
  deflate: { unpack: unpackDeflate, stream: () => createInflate() },
  br: { unpack: promisify(brotliDecompress) as Unpack, stream: () => createBrotliDecompress() },
  zstd: { unpack: promisify(zstdDecompress) as Unpack, stream: () => createZstdDecompress() },
};

/** `undefined` for a body that is sent as it is. @throws {ApiError} 415 for a Content-Encoding that is not known. */
function packingOf(encoding: string | undefined): Packing | undefined {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return undefined;
  const packing = Object.hasOwn(packings, name) ? packings[name] : undefined;
  if (packing !== undefined) return packing;
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `Content-Encoding: expected gzip, deflate, br or zstd, got "${name.slice(0, 40)}"`,
  );
}

/** With the zlib header of the standard, or bare as some clients send it. */
function unpackDeflate(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Promise<Uint8Array> {
  const hasHeader = ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
  return promisify(hasHeader ? inflate : inflateRaw)(bytes, options) as Promise<Uint8Array>;
}

/** The body of a request, unpacked. @throws {ApiError} 400 without one or where it is broken, 413 over `largest` bytes, 415 */
export async function unpackBody(body: unknown, encoding: string | undefined, largest: number): Promise<Uint8Array> {
  if (!(body instanceof Uint8Array) || body.length === 0)
    throw new ApiError(400, 'InvalidRequestBody', 'request body: expected a report, got nothing');
  const packing = packingOf(encoding);
  if (packing === undefined) return body;
  try {
    return await packing.unpack(body, { maxOutputLength: largest });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(largest, error);
    }
    throw new ApiError(400, 'InvalidRequestBody', `request body: expected whole ${encoding} data`, { cause: error });
  }
}

/** The same piece by piece, for bodies of any length. What is wrong with it shows when it is read. */
export async function* unpackStream(
  body: Readable,
  encoding: string | undefined,
  largest: number,
): AsyncGenerator<Uint8Array> {
  const packing = packingOf(encoding);
  let received = 0;
  try {
    const unpacked = packing === undefined ? body : pumped(body, packing.stream());
    for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      if (received > largest) throw tooLarge(largest);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const what = packing === undefined ? 'a whole body' : `whole ${encoding} data`;
    throw new ApiError(400, 'InvalidRequestBody', `request body: expected ${what}`, { cause: error });
  }
}

/** `pipe` alone would leave the reader waiting for a sender that went away. */
function pumped(from: Readable, to: Transform): Transform {
  from.on('error', (error) => to.destroy(error));
  from.on('close', () => {
    if (!from.readableEnded) to.destroy(new Error('the sender went away'));
  });
  return from.pipe(to);
}

function tooLarge(largest: number, cause?: Error): ApiError {
  return new ApiError(
    413,
    'RequestEntityTooLarge',
    `request body: expected at most ${largest} bytes after decompression`,
    { cause },
  );
}
