import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';

/** `W/"…"`: weak, since the same answer travels plain and compressed. */
export function etagOf(body: string | Uint8Array): string {
  return `W/"${hash('sha1', body, 'base64url')}"`;
}

/**
 * Whether `If-None-Match` holds the answer already: a list of tags, compared weakly, or `*`.
 * Source: RFC 9110, sections 8.8.3.2 and 13.1.2.
 */
export function isHeld(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([tag]) => tag === opaque);
}

export function sendNotModified(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.send(notModified(request, reply) ?? undefined);
}

/** What 304 is sent with. To HEAD an empty stream, since the framework would tell a length of 0 for an empty text. */
function notModified(request: FastifyRequest, reply: FastifyReply): Readable | null {
  reply.code(304).removeHeader('content-type');
  return request.method === 'HEAD' ? Readable.from([]) : null;
}

/** A hook of routes that read: gives whole answers their `ETag`, and only the tag to whoever has the answer. */
export function answerConditionally(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
): void {
  if (reply.statusCode !== 200 || (typeof payload !== 'string' && !Buffer.isBuffer(payload))) {
    done(null, payload);
    return;
  }
  const etag = etagOf(payload);
  reply.header('etag', etag).header('vary', 'accept-encoding');
  done(null, isHeld(request.headers['if-none-match'], etag) ? notModified(request, reply) : payload);
}
