import type { FastifyReply, FastifyRequest } from 'fastify';

/** The bytes of an answer, and the tag by which a client asks whether they are still the same. */
export interface TaggedAnswer {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** JSON, or 304 for a client that has it. */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, { bytes, etag }: TaggedAnswer): FastifyReply {
  reply.header('etag', etag).type('application/json; charset=utf-8');
  if (hasTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.send(bytes);
}

/** `If-None-Match`: a list of tags, weak ones too since proxies weaken them, or `*`. */
function hasTag(tags: string | undefined, etag: string): boolean {
  return (tags ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
