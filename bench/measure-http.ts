import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { median } from './harness.ts';

/** What is asked of a server, over and over. */
export interface HttpLoad {
  /** Plain HTTP, e.g. `http://127.0.0.1:8080/api/machines/…/getmissingkbs`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bodies to POST, one a request; without them a GET is sent again and again. */
  readonly bodies?: Iterator<Uint8Array, undefined>;
  /** Kept open; each has one request under way at a time. */
  readonly connections: number;
  readonly seconds: number;
}

export interface HttpMeasurement {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly medianMs: number;
  readonly slowestHundredthMs: number;
  /** Body of the last answer. */
  readonly bodyBytes: number;
}

/**
 * Asks for one address as fast as the server answers. Written over bare sockets, so that asking costs the machine less
 * than answering: with two processors a heavy client would be what is measured.
 * @throws {Error} on any answer but 200, on one without `Content-Length`, and where the server closes the connection.
 */
export async function measureHttp(load: HttpLoad): Promise<HttpMeasurement> {
  const latencies: number[] = [];
  let bodyBytes = 0;
  const start = performance.now();
  const end = start + load.seconds * 1000;
  const onAnswer = (latencyMs: number, answered: number): boolean => {
    latencies.push(latencyMs);
    bodyBytes = answered;
    return performance.now() < end;
  };
  await Promise.all(Array.from({ length: load.connections }, () => askUntilDone(load, onAnswer)));
  const seconds = (performance.now() - start) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / seconds,
    medianMs: median(latencies),
    slowestHundredthMs: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    bodyBytes,
  };
}

function askUntilDone(load: HttpLoad, onAnswer: (latencyMs: number, bodyBytes: number) => boolean): Promise<void> {
  const { hostname, port } = new URL(load.url);
  const get = load.bodies === undefined ? requestBytes(load, undefined) : undefined;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), noDelay: true });
    let sentAt = 0;
    let received: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    const ask = (): void => {
      const body = load.bodies?.next().value;
      if (get === undefined && body === undefined) return finish(socket, resolve);
      const request = get ?? requestBytes(load, body);
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the server closed a connection to ${load.url}`)));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      try {
        const answer = wholeAnswer(received);
        if (answer === undefined) return;
        received = Buffer.alloc(0);
        if (onAnswer(performance.now() - sentAt, answer.bodyBytes)) ask();
        else finish(socket, resolve);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

function finish(socket: Socket, resolve: () => void): void {
  resolve();
  socket.destroy();
}

function requestBytes({ url, headers = {} }: HttpLoad, body: Uint8Array | undefined): Buffer {
  const { pathname, search, host } = new URL(url);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body === undefined) return Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const head = `POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** `undefined` while some of it is still to come. */
function wholeAnswer(received: Buffer): { readonly bodyBytes: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const bodyBytes = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 200 ') || bodyBytes === undefined) {
    throw new Error(`expected a 200 with Content-Length, got "${head}"`);
  }
  return received.length >= headEnd + 4 + Number(bodyBytes) ? { bodyBytes: Number(bodyBytes) } : undefined;
}
