import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzip,
  inflate,
  inflateRaw,
} from 'node:zlib';
import { pipeline } from 'node:stream';
import type { Readable, Transform } from 'node:stream';
import { promisify } from 'node:util';
import { unzstd, unzstdStream } from '../operations/intake/zstd-body.ts';
import { ApiError } from './errors.ts';

interface Packing {
  /** @throws {Error} with the code `ERR_BUFFER_TOO_LARGE` for more than `largest` bytes. */
  readonly unpack: (bytes: Uint8Array, largest: number) => Promise<Uint8Array>;
  readonly stream: (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** What stands behind the end is no part of the data; gzip, which may have several members, refuses it by itself. */
const untilEnd = { rejectGarbageAfterEnd: true };

const gzip: Packing = {
  unpack: (bytes, maxOutputLength) => promisify(gunzip)(bytes, { maxOutputLength }),
  stream: (body) => pumped(body, createGunzip()),
};

/** By the name of the Content-Encoding. */
const packings: Readonly<Record<string, Packing>> = {
  gzip,
  'x-gzip': gzip,
  deflate: { unpack: unpackDeflate, stream: streamDeflate },
  br: {
    unpack: (bytes, maxOutputLength) => promisify(brotliDecompress)(bytes, { ...untilEnd, maxOutputLength }),
    stream: (body) => pumped(body, createBrotliDecompress(untilEnd)),
  },
  zstd: { unpack: unzstd, stream: (body) => unzstdStream(body) },
};

/** `undefined` for a body that is sent as it is. @throws {ApiError} 415 for a Content-Encoding that is not known. */
function packingOf(encoding: string | undefined): Packing | undefined {
  const names = (encoding ?? '').split(',').map((each) => each.trim().toLowerCase());
  const [name = '', ...more] = names.filter((each) => each !== '' && each !== 'identity');
  if (name === '') return undefined;
  if (more.length > 0)
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'Content-Encoding: expected one of gzip, deflate, br or zstd, got several',
    );
  const packing = Object.hasOwn(packings, name) ? packings[name] : undefined;
  if (packing !== undefined) return packing;
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `Content-Encoding: expected gzip, deflate, br or zstd, got "${name.slice(0, 40)}"`,
  );
}

/** With the zlib header of the standard, or bare as some clients send it. */
function unpackDeflate(bytes: Uint8Array, maxOutputLength: number): Promise<Uint8Array> {
  return promisify(hasZlibHeader(bytes) ? inflate : inflateRaw)(bytes, { ...untilEnd, maxOutputLength });
}

async function* streamDeflate(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = (async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  yield* pumped(whole, hasZlibHeader(head) ? createInflate(untilEnd) : createInflateRaw(untilEnd));
}

function hasZlibHeader(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
}

/** The body of a request, unpacked. @throws {ApiError} 400 without one or where it is broken, 413 over `largest` bytes, 415 */
export async function unpackBody(body: unknown, encoding: string | undefined, largest: number): Promise<Uint8Array> {
  if (!(body instanceof Uint8Array) || body.length === 0)
    throw new ApiError(400, 'InvalidRequestBody', 'request body: expected a report, got nothing');
  const packing = packingOf(encoding);
  if (packing === undefined) return body;
  try {
    return await packing.unpack(body, largest);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(largest, error);
    }
    throw new ApiError(400, 'InvalidRequestBody', `request body: expected whole ${encoding} data`, { cause: error });
  }
}

/** What unpacks to more than so many times its size is made to harm. Reports of real fleets reach some fifty. */
const mostTimesPacked = 800;
/** Below it a high ratio is no harm. */
const harmlessBytes = 16 * 1024 * 1024;

/** The same piece by piece, for bodies of any length. What is wrong with it shows when it is read. */
export async function* unpackStream(
  body: Readable,
  encoding: string | undefined,
  largest: number,
): AsyncGenerator<Uint8Array> {
  const packing = packingOf(encoding);
  let received = 0;
  let packed = 0;
  try {
    // Not destroyed where reading ends early: the sender is to have its answer.
    const sent = counted(body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>, (bytes) => {
      packed += bytes;
    });
    for await (const chunk of packing === undefined ? sent : packing.stream(sent)) {
      received += chunk.length;
      if (received > largest) throw tooLarge(largest);
      if (received > harmlessBytes && received > packed * mostTimesPacked)
        throw new ApiError(
          413,
          'RequestEntityTooLarge',
          `request body: expected at most ${mostTimesPacked} times its size after decompression`,
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const what = packing === undefined ? 'a whole body' : `whole ${encoding} data`;
    throw new ApiError(400, 'InvalidRequestBody', `request body: expected ${what}`, { cause: error });
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

/** Reading fails where the data is damaged, and where the sender went away. */
function pumped(from: AsyncIterable<Uint8Array>, to: Transform): AsyncIterable<Uint8Array> {
  return pipeline(from, to, () => undefined) as AsyncIterable<Uint8Array>;
}

function tooLarge(largest: number, cause?: Error): ApiError {
  return new ApiError(
    413,
    'RequestEntityTooLarge',
    `request body: expected at most ${largest} bytes after decompression`,
    { cause },
  );
}
