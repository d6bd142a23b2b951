import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';

/**
 * What a node is answered where something is wrong. osqueryd ignores the status, takes an empty body for success and throws its
 * logs away then; `error` makes it keep and send them again, `node_invalid` makes it enrol anew.
 * Source: osquery's documentation, "Remote", and `remote/utility.h`.
 */
export class OsqueryRefusal extends Error {
  override readonly name = 'OsqueryRefusal';
  readonly status: number;
  readonly isNodeInvalid: boolean;

  constructor(status: number, message: string, { isNodeInvalid = false, cause }: RefusalOptions = {}) {
    super(message, { cause });
    this.status = status;
    this.isNodeInvalid = isNodeInvalid;
  }
}

interface RefusalOptions {
  readonly isNodeInvalid?: boolean;
  readonly cause?: unknown;
}

/** The node tries again later, and has lost nothing. */
export function busy(cause?: unknown): OsqueryRefusal {
  return new OsqueryRefusal(503, 'busy', { cause });
}

/** Failures that pass. */
const passing: ReadonlySet<string> = new Set(['store-write', 'store-closed', 'device-busy', 'overloaded']);

/** Every failure below osquery's paths leaves in this shape, and none with an empty body. */
export function sendRefusal(
  error: FastifyError | ApiError | OsqueryRefusal,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = toRefusal(error, request);
  if (refusal.status === 500) request.log.error({ err: error }, 'request failed');
  const body = refusal.isNodeInvalid ? { node_invalid: true, error: refusal.message } : { error: refusal.message };
  return reply.code(refusal.status).type('application/json; charset=utf-8').send(body);
}

function toRefusal(error: FastifyError | ApiError | OsqueryRefusal, request: FastifyRequest): OsqueryRefusal {
  if (error instanceof OsqueryRefusal) return error;
  if (error instanceof ApiError) return new OsqueryRefusal(error.status, error.message, { cause: error });
  if (passing.has(error.code)) return busy(error);
  const status = error.statusCode ?? 500;
  if (status < 500) return new OsqueryRefusal(status, error.message, { cause: error });
  return new OsqueryRefusal(500, `the request failed inside kbgap; its log says why under ${request.id}`, {
    cause: error,
  });
}
