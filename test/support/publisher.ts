import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { PublishedDocument } from './published-documents.ts';

/** How one answer goes wrong. */
export type Misbehaviour =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Piece by piece, but whole. */
  | { readonly kind: 'slow'; readonly pieces: number; readonly pauseMs: number }
  /** The connection ends in the middle of the body. */
  | { readonly kind: 'cut' }
  /** A whole answer that holds half a document, under the whole one's ETag. */
  | { readonly kind: 'truncated' }
  /** A whole answer that holds half of a compressed document, under the whole one's ETag. */
  | { readonly kind: 'cut-packed'; readonly encoding: 'gzip' | 'br' }
  /** The document of another month. */
  | { readonly kind: 'other'; readonly document: PublishedDocument }
  | { readonly kind: 'content-type'; readonly type: string }
  /** 200, and nothing in it. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'redirect-loop' }
  /** A few compressed bytes that unpack to this many. */
  | { readonly kind: 'huge'; readonly bytes: number };

/** A file of a feed, as its publisher serves it. */
export interface PublishedFile {
  readonly bytes: Buffer;
  readonly type: string;
}

/**
 * A publisher on loopback, in the shape of `api.msrc.microsoft.com/cvrf/v3.0`: `GET /updates`, `GET /cvrf/{id}` as JSON or
 * XML by `Accept`, with ETags, compression and 304s; and files of feeds under `/feeds/`. It misbehaves as it is told to.
 */
export class Publisher {
  /** What a test may change at any time. */
  formats: 'both' | 'xml' = 'both';
  onRequest: (path: string) => void = () => undefined;
  readonly requests: string[] = [];
  readonly #documents = new Map<string, PublishedDocument>();
  readonly #files = new Map<string, PublishedFile>();
  readonly #unlisted = new Set<string>();
  readonly #misbehaviours = new Map<string, { readonly how: Misbehaviour; times: number }>();
  #list: Buffer | undefined;
  readonly #server: Server;

  private constructor(documents: readonly PublishedDocument[]) {
    this.publish(...documents);
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Listens on a free port (or the one named) until `test` ends. */
  static async start(
    test: { after(release: () => void): void },
    documents: readonly PublishedDocument[],
    port = 0,
  ): Promise<Publisher> {
    const publisher = new Publisher(documents);
    publisher.#server.listen(port, '127.0.0.1');
    await once(publisher.#server, 'listening');
    test.after(() => {
      publisher.#server.closeAllConnections();
      publisher.#server.close();
    });
    return publisher;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/cvrf/v3.0`;
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  /** Serves a file at `/feeds/{name}`, in place of what was there; gives its address. `name` may have a query. */
  publishFile(name: string, file: PublishedFile): string {
    const path = `/feeds/${name}`;
    this.#files.set(path, file);
    return `${this.origin}${path}`;
  }

  /** Puts documents in place of what was published under their ids. */
  publish(...documents: readonly PublishedDocument[]): void {
    for (const document of documents) this.#documents.set(document.id.toLowerCase(), document);
  }

  /** Leaves a document out of the list; it is still there by name. */
  unlist(id: string): void {
    this.#unlisted.add(id.toLowerCase());
  }

  relist(id: string): void {
    this.#unlisted.delete(id.toLowerCase());
  }

  withdraw(id: string): void {
    this.#documents.delete(id.toLowerCase());
  }

  /** Serves this list, as captured; `undefined` goes back to the documents' own. */
  useList(list: Buffer | undefined): void {
    this.#list = list;
  }

  /** The next `times` answers about `what` (an id, or `updates`) go wrong. */
  misbehave(what: string, how: Misbehaviour, times = Infinity): void {
    this.#misbehaviours.set(what.toLowerCase(), { how, times });
  }

  behave(): void {
    this.#misbehaviours.clear();
  }

  /** What was asked for since the last call, `updates` or ids in order of name. */
  takeRequests(): readonly string[] {
    return this.requests
      .splice(0)
      .map((path) => path.slice(path.lastIndexOf('/') + 1))
      .sort();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname: path, search } = new URL(request.url ?? '/', 'http://publisher');
    this.requests.push(path + search);
    this.onRequest(path);
    const what = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)).toLowerCase();
    const wrong = this.#misbehaviours.get(what);
    const how = wrong !== undefined && wrong.times > 0 ? wrong.how : undefined;
    if (wrong !== undefined) wrong.times -= 1;
    if (how?.kind === 'hang') return;
    if (how?.kind === 'redirect-loop') return void response.writeHead(302, { location: path }).end();
    if (how?.kind === 'status') return sendStatus(response, how);
    const file = this.#files.get(path + search);
    const body = file ?? (what === 'updates' ? this.#listBody() : this.#documentBody(what, request, how));
    if (body === undefined) return void response.writeHead(404).end();
    if (file !== undefined && how === undefined) sendFile(request, response, file);
    else if (how === undefined || how.kind === 'other') sendWell(request, response, body);
    else sendBadly(response, body, how);
  }

  #listBody(): Body {
    const value = [...this.#documents.values()]
      .filter(({ id }) => !this.#unlisted.has(id.toLowerCase()))
      .map(({ id, title, initialReleaseAt, currentReleaseAt }) => ({
        ID: id,
        Alias: id,
        DocumentTitle: title,
        Severity: null,
        InitialReleaseDate: initialReleaseAt,
        CurrentReleaseDate: currentReleaseAt,
        CvrfUrl: `${this.url}/cvrf/${id}`,
      }));
    return { bytes: this.#list ?? Buffer.from(JSON.stringify({ value })), type: 'application/json; charset=utf-8' };
  }

  #documentBody(id: string, request: IncomingMessage, how: Misbehaviour | undefined): Body | undefined {
    const document = how?.kind === 'other' ? how.document : this.#documents.get(id);
    if (document === undefined) return undefined;
    const json = this.formats === 'both' && (request.headers.accept ?? '').includes('application/json');
    return json
      ? { bytes: document.json(), type: 'application/json; charset=utf-8' }
      : { bytes: document.xml(), type: 'application/xml; charset=utf-8' };
  }
}

interface Body {
  readonly bytes: Buffer;
  readonly type: string;
}

function etagOf(bytes: Buffer): string {
  return `"${hash('sha1', bytes)}"`;
}

function sendWell(request: IncomingMessage, response: ServerResponse, { bytes, type }: Body): void {
  const etag = etagOf(bytes);
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
  const accepted = request.headers['accept-encoding'] ?? '';
  const [encoding, packed] = accepted.includes('br')
    ? (['br', brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })] as const)
    : (['gzip', gzipSync(bytes, { level: 1 })] as const);
  response.writeHead(200, {
    'content-type': type,
    'content-encoding': encoding,
    'content-length': packed.length,
    etag,
  });
  response.end(packed);
}

/** As a web server sends a file: as it lies there, with both validators. */
function sendFile(request: IncomingMessage, response: ServerResponse, { bytes, type }: PublishedFile): void {
  const etag = `"${hash('sha1', bytes)}"`;
  const head = { etag, 'last-modified': 'Tue, 30 Jun 2026 14:00:00 GMT', 'content-type': type };
  if (request.headers['if-none-match'] === etag) response.writeHead(304, head).end();
  else response.writeHead(200, { ...head, 'content-length': bytes.length }).end(bytes);
}

function sendStatus(
  response: ServerResponse,
  { status, retryAfter }: { readonly status: number; readonly retryAfter?: string },
): void {
  response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('not now');
}

function sendBadly(
  response: ServerResponse,
  { bytes, type }: Body,
  how: Exclude<Misbehaviour, { readonly kind: 'status' | 'other' | 'hang' | 'redirect-loop' }>,
): void {
  switch (how.kind) {
    case 'slow':
      response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
      sendSlowly(response, bytes, how);
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      return;
    case 'truncated':
      response.writeHead(200, { 'content-type': type, etag: etagOf(bytes) }).end(bytes.subarray(0, bytes.length / 2));
      return;
    case 'cut-packed': {
      const packed = how.encoding === 'gzip' ? gzipSync(bytes) : brotliCompressSync(bytes);
      response.writeHead(200, { 'content-type': type, 'content-encoding': how.encoding, etag: etagOf(bytes) });
      response.end(packed.subarray(0, packed.length / 2));
      return;
    }
    case 'content-type':
      response.writeHead(200, { 'content-type': how.type }).end('<html>sign in to the network first</html>');
      return;
    case 'empty':
      response.writeHead(200, { 'content-type': type }).end();
      return;
    case 'huge':
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(how.bytes, ' '), { level: 1 }));
      return;
  }
}

function sendSlowly(
  response: ServerResponse,
  bytes: Buffer,
  { pieces, pauseMs }: { readonly pieces: number; readonly pauseMs: number },
): void {
  const length = Math.ceil(bytes.length / pieces);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + length));
    sent += length;
    if (sent < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, pauseMs);
  response.once('close', () => clearInterval(timer));
}
