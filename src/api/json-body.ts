import { parseJson } from '../inventory/text/json-text.ts';
import { ApiError } from './errors.ts';

/**
 * The value that a body holds as JSON; `undefined` where it holds none. What the parser says is not passed on: it quotes the body, and
 * so perhaps a secret.
 */
export function readJson(body: unknown): unknown {
  if (!(body instanceof Uint8Array)) return undefined;
  try {
    return parseJson(new TextDecoder('utf-8').decode(body));
  } catch {
    return undefined;
  }
}

/** `expected`: a sentence for whoever sent it. @throws {ApiError} 400 `InvalidRequestBody` where the body is no JSON object. */
export function readJsonObject(body: unknown, expected: string): Readonly<Record<string, unknown>> {
  const value = readJson(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new ApiError(400, 'InvalidRequestBody', expected);
}
