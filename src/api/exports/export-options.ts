import type { FastifyRequest } from 'fastify';
import { linkLifetimeHours } from '../../operations/token-keys.ts';
import { ApiError } from '../errors.ts';
import { odataError } from '../odata/odata-error.ts';
import { oneParameter } from '../routes/parameters.ts';
import { parsePlace } from './asset-place.ts';
import type { AssetPlace } from './asset-place.ts';

/** Rows of a page. Source: Microsoft Learn, "Export software vulnerabilities assessment per device", parameters and limitations. */
const defaultPage = 50_000;
const largestPage = 200_000;

/** What the pages of an export are asked for. */
export interface PageOptions {
  readonly size: number;
  readonly skip: number;
  /** A client that names `$top` has asked for that many and no more. */
  readonly isOnlyPage: boolean;
  readonly from: AssetPlace | undefined;
}

/** @throws {ApiError} 400 */
export function parsePageOptions(request: FastifyRequest): PageOptions {
  checkOptions(request, new Set(['$top', '$skip', '$skiptoken', '$format']));
  const top = wholeNumber(request, '$top', 'ODataError');
  const pageSize = wholeNumber(request, 'pageSize', 'InvalidInput');
  if (pageSize === 0) throw new ApiError(400, 'InvalidInput', `pageSize: expected 1 to ${largestPage}, got 0`);
  const token = oneParameter(request, '$skiptoken');
  return {
    size: Math.min(top ?? pageSize ?? defaultPage, largestPage),
    skip: wholeNumber(request, '$skip', 'ODataError') ?? 0,
    isOnlyPage: top !== undefined,
    from: token === undefined ? undefined : parsePlace(token),
  };
}

/** How long the links to files are good, in hours. @throws {ApiError} 400 */
export function parseSasValidHours(request: FastifyRequest): number {
  checkOptions(request, new Set(['$format']));
  const hours = wholeNumber(request, 'sasValidHours', 'InvalidInput') ?? 1;
  if (hours < 1 || hours > linkLifetimeHours)
    throw new ApiError(400, 'InvalidInput', `sasValidHours: expected 1 to ${linkLifetimeHours}, got ${hours}`);
  return hours;
}

const dayMs = 86_400_000;
const longestDays = 14;
/** A client's clock may be ahead. */
const skewMs = 5 * 60_000;

/**
 * `2021-05-19T18:35:49.924Z`, `2021-05-19`; without a zone UTC. At most 14 days back: from the beginning of that day on, and on
 * later pages a day more, since time goes by. @throws {ApiError} 400
 */
export function parseSinceTime(request: FastifyRequest, now: Date): Date {
  const text = oneParameter(request, 'sinceTime')?.trim();
  if (text === undefined || text === '')
    throw new ApiError(400, 'MissingRequiredParameter', 'sinceTime: expected an instant, got none');
  const at = parseInstant(text);
  const days = longestDays + (oneParameter(request, '$skiptoken') === undefined ? 0 : 1);
  const oldest = Math.floor((now.getTime() - days * dayMs) / dayMs) * dayMs;
  if (at === undefined || at < oldest || at > now.getTime() + skewMs)
    throw new ApiError(
      400,
      'InvalidInput',
      `sinceTime: expected an instant of the last ${longestDays} days such as ${new Date(now.getTime() - dayMs).toISOString()}, got "${text.slice(0, 40)}"`,
    );
  return new Date(at);
}

const instant = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?))?(?:([Zz])|([+ -]\d\d):?(\d\d))?$/;

/** Milliseconds since 1970. A plus sign that a client left as it is arrives as a space. */
function parseInstant(text: string): number | undefined {
  const [, day, time = '00:00', , hours, minutes] = instant.exec(text) ?? [];
  if (day === undefined) return undefined;
  const [clock = '', fraction = ''] = time.split('.');
  const zone = hours === undefined ? 'Z' : `${hours.replace(' ', '+')}:${minutes ?? '00'}`;
  const at = Date.parse(
    `${day}T${clock.length === 5 ? `${clock}:00` : clock}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`,
  );
  return Number.isNaN(at) ? undefined : at;
}

/** An option that would change the rows must not be passed over. @throws {ApiError} 400 */
function checkOptions(request: FastifyRequest, known: ReadonlySet<string>): void {
  for (const name of Object.keys(request.query as Readonly<Record<string, unknown>>))
    if (name.startsWith('$') && !known.has(name.toLowerCase()))
      throw odataError(`The query option ${name.slice(0, 40)} is not known here: expected ${[...known].join(', ')}.`);
}

function wholeNumber(request: FastifyRequest, name: string, code: string): number | undefined {
  const text = oneParameter(request, name)?.trim();
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new ApiError(400, code, `${name}: expected a whole number, got "${text.slice(0, 40)}"`);
  return Number(text);
}
