import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A client that sends nothing more is let go after this. */
const silenceMs = 60_000;

/**
 * Closes the connection of a request whose body does not come: as a whole within a minute where it is read at once, and
 * with no silence longer than that where it is streamed. Node's own limit knows no bodies that take long because they are long.
 */
export function registerBodyDeadline(server: FastifyInstance, isStreamed: (request: FastifyRequest) => boolean): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    if (raw.complete || !hasBody(raw)) return done();
    let heard = raw.socket.bytesRead;
    const timer = setInterval(() => {
      const isSilent = raw.socket.bytesRead === heard;
      heard = raw.socket.bytesRead;
      if (!raw.complete && (isSilent || !isStreamed(request))) raw.destroy();
    }, silenceMs).unref();
    raw.on('close', () => clearInterval(timer));
    done();
  });
}

/** What announces none has none (RFC 9112, section 6.3): most reads, which need no timer. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
