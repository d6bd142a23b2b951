import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { oneParameter } from '../routes/parameters.ts';
import { parsePlace } from './asset-pages.ts';
import type { AssetPlace } from './asset-pages.ts';

/** Rows of a page, as the contract has them. */
const defaultPage = 50_000;
const largestPage = 200_000;

/** What the pages of an export are asked for. */
export interface PageOptions {
  readonly size: number;
  /** A client that names `$top` has asked for that many and no more. */
  readonly isOnlyPage: boolean;
  readonly from: AssetPlace | undefined;
}

/** @throws {ApiError} 400 */
export function parsePageOptions(request: FastifyRequest): PageOptions {
  const top = wholeNumber(request, '$top', 'ODataError');
  const pageSize = wholeNumber(request, 'pageSize', 'InvalidInput');
  const token = oneParameter(request, '$skiptoken');
  if (pageSize === 0) throw new ApiError(400, 'InvalidInput', `pageSize: expected 1 to ${largestPage}, got 0`);
  return {
    size: Math.min(top ?? pageSize ?? defaultPage, largestPage),
    isOnlyPage: top !== undefined,
    from: token === undefined ? undefined : parsePlace(token),
  };
}

const longestHours = 6;

/** How long the links to files are good, in hours. @throws {ApiError} 400 */
export function parseSasValidHours(request: FastifyRequest): number {
  const hours = wholeNumber(request, 'sasValidHours', 'InvalidInput') ?? 1;
  if (hours < 1 || hours > longestHours)
    throw new ApiError(400, 'InvalidInput', `sasValidHours: expected 1 to ${longestHours}, got ${hours}`);
  return hours;
}

const longestDays = 14;

/** @throws {ApiError} 400 without a time, or with one that lies ahead or more than 14 days back. */
export function parseSinceTime(request: FastifyRequest, now: Date): Date {
  const text = oneParameter(request, 'sinceTime');
  if (text === undefined) throw new ApiError(400, 'MissingRequiredParameter', 'sinceTime: expected an instant, got none');
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(/(?:Z|[+-]\d\d:?\d\d)$|^.{10}$/i.test(text) ? text : `${text}Z`) : Number.NaN;
  const oldest = now.getTime() - longestDays * 86_400_000;
  if (Number.isNaN(time) || time < oldest || time > now.getTime())
    throw new ApiError(
      400,
      'InvalidInput',
      `sinceTime: expected an instant of the last ${longestDays} days such as ${new Date(oldest).toISOString()}, got "${text.slice(0, 40)}"`,
    );
  return new Date(time);
}

function wholeNumber(request: FastifyRequest, name: string, code: string): number | undefined {
  const text = oneParameter(request, name)?.trim();
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new ApiError(400, code, `${name}: expected a whole number, got "${text.slice(0, 40)}"`);
  return Number(text);
}
