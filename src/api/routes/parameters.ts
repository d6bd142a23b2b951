import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';

/**
 * A query parameter by its name in any case; `undefined` where it is not given. `expected`: what stands there, for the error.
 * @throws {ApiError} 400 where it is given twice.
 */
export function oneParameter(request: FastifyRequest, wanted: string, expected = 'value'): string | undefined {
  const entries = Object.entries(request.query as Readonly<Record<string, unknown>>);
  const given = entries.filter(([name]) => name.toLowerCase() === wanted.toLowerCase()).map(([, value]) => value);
  const [value] = given;
  if (given.length > 1 || (value !== undefined && typeof value !== 'string'))
    throw new ApiError(400, 'InvalidInput', `${wanted}: expected one ${expected}, got ${given.flat().length}`);
  return value;
}
