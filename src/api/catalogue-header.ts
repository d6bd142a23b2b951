import type { FastifyReply } from 'fastify';
import type { Application } from '../operations/application.ts';

/** `X-Kbgap-Catalogue: stale; reason=too-old` with every answer that rests on a catalogue of long ago; else none. */
export function setCatalogueHeader(reply: FastifyReply, application: Application, now: Date): void {
  const stale = application.findStaleness(now);
  if (stale !== undefined) reply.header('x-kbgap-catalogue', `stale; reason=${stale.reason}`);
}
