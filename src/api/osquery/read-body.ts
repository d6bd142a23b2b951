import type { FastifyRequest } from 'fastify';
import { isRecord, textField } from '../../inventory/text/loose-json.ts';
import type { JsonRecord } from '../../inventory/text/loose-json.ts';
import { readJson } from '../json-body.ts';
import { unpackBody } from '../unpack-body.ts';
import { OsqueryRefusal } from './osquery-reply.ts';

/**
 * The JSON object that a node sent, plain or gzip.
 * @throws {OsqueryRefusal} {@link ApiError}
 */
export async function readBody(request: FastifyRequest, largest: number): Promise<JsonRecord> {
  const bytes = await unpackBody(request.body, request.headers['content-encoding'], largest);
  const value = readJson(bytes);
  if (isRecord(value)) return value;
  throw new OsqueryRefusal(400, 'request body: expected a JSON object');
}

/** In the body, and since April 2026 in a header too. */
export function nodeKeyOf(request: FastifyRequest, body: JsonRecord): string {
  const header = /^NodeKey +(\S{1,1024}) *$/i.exec(request.headers.authorization ?? '')?.[1];
  return textField(body, 'node_key') ?? header ?? '';
}

/** In the body, or in the address under `--tls_secret_always`. */
export function enrollSecretOf(request: FastifyRequest, body: JsonRecord): string {
  const { enroll_secret: given } = request.query as { readonly enroll_secret?: unknown };
  return textField(body, 'enroll_secret') ?? (typeof given === 'string' ? given.trim() : '');
}
