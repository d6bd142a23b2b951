import type { FastifyRequest } from 'fastify';
import { parseInstant } from '../../store/instant.ts';
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

/** An instant, in the form in which instants are kept. @throws {ApiError} 400 */
export function oneInstant(request: FastifyRequest, name: string): string | undefined {
  const text = oneParameter(request, name);
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined)
    throw new ApiError(
      400,
      'InvalidInput',
      `${name}: expected an instant such as 2026-06-30T08:00:00Z, got ${JSON.stringify(text.slice(0, 60))}`,
    );
  return instant.iso;
}

/** A whole number; one above `most` is taken for it. @throws {ApiError} 400 */
export function numberParameter(
  request: FastifyRequest,
  name: string,
  { usual, least, most }: { readonly usual: number; readonly least: number; readonly most: number },
): number {
  const text = oneParameter(request, name) ?? String(usual);
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new ApiError(
      400,
      'InvalidInput',
      `${name}: expected a whole number from ${least}, got ${JSON.stringify(text.slice(0, 60))}`,
    );
  return Math.min(Number(text), most);
}
