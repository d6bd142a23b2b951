import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { damageOf } from '../store/store-damage.ts';

/** A failure with the status and code of Defender's contract; the message may be shown to the caller. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** When it is worth another try. */
  readonly retrySeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options?: ErrorOptions & { readonly retrySeconds?: number },
  ) {
    super(message, options);
    this.retrySeconds = options?.retrySeconds;
    this.status = status;
    this.code = code;
  }
}

/** What our own errors are on the wire, by their stable code. */
const byCode: Readonly<Record<string, readonly [status: number, code: string]>> = {
  'tenant-not-found': [401, 'Unauthorized'],
  overloaded: [429, 'TooManyRequests'],
  'issuer-unavailable': [503, 'ServiceUnavailable'],
  'device-busy': [503, 'ServiceUnavailable'],
  'missing-device-identity': [400, 'MissingRequiredParameter'],
  'inventory-format': [400, 'InvalidRequestBody'],
  'file-too-large': [413, 'RequestEntityTooLarge'],
  'archive-too-large': [413, 'RequestEntityTooLarge'],
  'archive-damaged': [400, 'InvalidRequestBody'],
  'archive-encrypted': [400, 'InvalidRequestBody'],
  'archive-unsupported': [400, 'InvalidRequestBody'],
  'term-format': [400, 'InvalidInput'],
  'nothing-known': [400, 'InvalidInput'],
  'cursor-format': [400, 'InvalidInput'],
  'client-name': [400, 'InvalidInput'],
  'unknown-role': [400, 'InvalidInput'],
  'group-not-found': [400, 'InvalidInput'],
  'client-not-found': [404, 'ResourceNotFound'],
  'cursor-too-old': [410, 'Gone'],
  'changes-too-old': [400, 'InvalidInput'],
  'filter-value': [400, 'ODataError'],
  'store-write': [503, 'ServiceUnavailable'],
  'store-unreachable': [503, 'ServiceUnavailable'],
  'store-closed': [503, 'ServiceUnavailable'],
};

/** What Fastify itself refuses. */
const byFastifyCode: Readonly<Record<string, readonly [status: number, code: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'RequestEntityTooLarge'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'UnsupportedMediaType'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'InvalidRequestBody'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'InvalidRequestBody'],
};

/** `target` is the id that the log has for the request. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly target: string };
}

function errorBody(code: string, message: string, target: string): ErrorBody {
  return { error: { code, message, target } };
}

/** Every failure leaves in the shape of the contract: thrown, not found, and what the framework refuses. */
export function registerErrors(
  server: FastifyInstance,
  authenticate: (request: FastifyRequest) => Promise<unknown>,
  onDamage: (says: string) => void,
): void {
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const damage = damageOf(error);
    const known = damage === undefined ? toApiError(error) : damagedStore(error);
    if (damage !== undefined) onDamage(damage);
    if (known.status >= 500) request.log.error({ err: error }, 'request failed');
    return send(reply, request, known);
  });
  const noRoute = async (request: FastifyRequest): Promise<ApiError> => {
    // Who has no token learns nothing of which routes exist.
    if (/^\/(?:api|v1)(?:[/?]|$)/i.test(request.url)) await authenticate(request);
    const path = request.url.split('?', 1)[0] ?? '';
    return new ApiError(404, 'NotFound', `No route answers ${request.method} ${path.slice(0, 200)}.`);
  };
  // Nobody's body is read for that.
  server.addHook('preParsing', async (request, _reply, payload) => {
    if (request.is404) throw await noRoute(request);
    return payload;
  });
  server.setNotFoundHandler(async (request, reply) => send(reply, request, await noRoute(request)));
}

/** For failures that come before a route is chosen, such as `%zz` in the address. */
export function frameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void send(reply, request, toApiError(error));
}

const byParserCode: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** For what is no HTTP request at all: the connection is answered and closed. */
export function brokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = byParserCode[error.code ?? ''] ?? 400;
  const reason = STATUS_CODES[status] ?? 'Bad Request';
  const body = JSON.stringify(errorBody('BadRequest', `Expected an HTTP request, got: ${reason}.`, randomUUID()));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Others of its pages may be whole: what can be read goes on being answered. */
function damagedStore(cause: Error): ApiError {
  const text = 'The store is damaged on a page that the request needs; /readyz says what to do.';
  return new ApiError(503, 'ServiceUnavailable', text, { cause });
}

function toApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  if (error.code === 'device-not-found' && 'device' in error) {
    return new ApiError(404, 'ResourceNotFound', `Machine ${String(error.device).slice(0, 200)} was not found`);
  }
  const mapped = byCode[error.code] ?? byFastifyCode[error.code];
  if (mapped !== undefined) {
    const retrySeconds = 'retrySeconds' in error ? Number(error.retrySeconds) : undefined;
    return new ApiError(mapped[0], mapped[1], error.message, retrySeconds === undefined ? {} : { retrySeconds });
  }
  // Its own message shows the address whole, and secrets are sent as parameters too.
  if (error.code === 'FST_ERR_BAD_URL')
    return new ApiError(400, 'BadRequest', 'The address of the request cannot be decoded.');
  const status = error.statusCode ?? 500;
  if (status === 414) return new ApiError(414, 'BadRequest', 'The address of the request is too long.');
  if (status >= 500)
    return new ApiError(
      500,
      'InternalServerError',
      'The request failed inside kbgap; its log says why under this target.',
    );
  return new ApiError(status, status === 404 ? 'NotFound' : 'BadRequest', error.message);
}

function send(reply: FastifyReply, request: FastifyRequest, error: ApiError): FastifyReply {
  const retrySeconds = error.retrySeconds ?? (error.status === 429 ? 1 : undefined);
  if (retrySeconds !== undefined) reply.header('retry-after', String(retrySeconds));
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(error.status)
    .type('application/json; charset=utf-8')
    .send(errorBody(error.code, error.message, request.id || randomUUID()));
}
