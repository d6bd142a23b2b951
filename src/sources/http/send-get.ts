import * as http from 'node:http';
import * as https from 'node:https';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** An answer's head; the body comes with `readPieces`. */
export interface HttpAnswer {
  readonly status: number;
  /** By its name in small letters; `null` where there is none. */
  header(name: string): string | null;
  /**
   * Hands the body over, unpacked, piece by piece. What `take` throws ends it. A body that is cut is an error, also where only
   * its compression tells: `fetch` would hand over the half that came.
   * @throws {Error}
   */
  readPieces(take: (piece: Uint8Array) => void): Promise<void>;
  /** Ends the answer without its body. */
  discard(): void;
}

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const mostRedirects = 20;
/** Larger than zlib's own 16 KB: a document of 10 MB comes in some pieces, not in hundreds. */
const chunkSize = 256 * 1024;

/** `GET`, following redirects. Proxies and certificates are those of the process. @throws {Error} where no head comes. */
export async function sendGet(url: string, options: GetOptions): Promise<HttpAnswer> {
  let from = new URL(url);
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(from, options);
    const to = redirectOf(response);
    if (to === undefined) return answerOf(response, options.signal);
    response.destroy();
    if (redirects === mostRedirects) throw new Error('redirect count exceeded');
    from = URL.parse(to, from.href) ?? failRedirect(to);
    if (!/^https?:$/.test(from.protocol)) failRedirect(to);
  }
}

function redirectOf({ statusCode = 0, headers }: http.IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

function failRedirect(to: string): never {
  throw new Error(`a redirect to ${JSON.stringify(to.slice(0, 200))}, which is no http address`);
}

function send(url: URL, { headers, signal }: GetOptions): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, { headers, signal });
    request.once('response', (response) => {
      response.on('error', () => undefined); // told to whom reads the body; nobody may do so any more
      resolve(response);
    });
    request.on('error', reject);
    request.end();
  });
}

function answerOf(response: http.IncomingMessage, signal: AbortSignal): HttpAnswer {
  return {
    status: response.statusCode ?? 0,
    header(name) {
      const value = response.headers[name];
      return value === undefined ? null : String(value);
    },
    async readPieces(take) {
      const unpackers = codingsOf(response).map((coding) => unpackerOf(coding));
      await pipeline([response, ...unpackers, sinkOf(take)], { signal });
    },
    discard: () => void (response.statusCode === 304 ? response.resume() : response.destroy()),
  };
}

function sinkOf(take: (piece: Uint8Array) => void): Writable {
  return new Writable({
    write(piece: Uint8Array, _encoding, done) {
      try {
        take(piece);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** In the order in which they are taken off. */
function codingsOf({ headers }: http.IncomingMessage): readonly string[] {
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim().toLowerCase());
  return codings.filter((coding) => coding !== '' && coding !== 'identity').reverse();
}

function unpackerOf(coding: string): NodeJS.ReadWriteStream {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ chunkSize });
    case 'br':
      return createBrotliDecompress({ chunkSize });
    case 'zstd':
      return createZstdDecompress({ chunkSize });
    case 'deflate':
      return createInflate({ chunkSize });
    default:
      throw new Error(`a body in the encoding ${JSON.stringify(coding.slice(0, 40))}, which was not asked for`);
  }
}
