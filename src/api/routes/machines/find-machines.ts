import { collectionSchema } from '../../contract/collection.ts';
import type { FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import type { FilterTree } from '../../../store/filter.ts';
import { parseInstant } from '../../../store/instant.ts';
import { machineType, toMachine } from '../../contract/machine.ts';
import { ApiError } from '../../errors.ts';
import { machineRules } from '../../odata/machine-query.ts';
import { devicesAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';

const roles = ['Machine.Read.All', 'Machine.Read'];
const minutesAround = 15;

type Arguments = ReadonlyMap<string, string>;

/** Parameters of a function, by name in lower case: `(ip='10.0.0.1',timestamp=2019-09-22T08:44:05Z)`, or as those of a query. */
function argumentsOf(request: FastifyRequest): Arguments {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>))
    if (typeof value === 'string' && !name.startsWith('$')) found.set(name.toLowerCase(), value);
  const { args = '' } = request.params as { readonly args?: string };
  for (const [, name = '', quoted, plain = ''] of args.matchAll(/([\w.]+)\s*=\s*(?:'((?:[^']|'')*)'|([^,()']*))/g))
    found.set(name.toLowerCase(), quoted?.replaceAll("''", "'") ?? plain.trim());
  return found;
}

/** @throws {ApiError} 400 `MissingRequiredParameter` */
function required(given: Arguments, name: string): string {
  const value = given.get(name)?.trim() ?? '';
  if (value === '') throw new ApiError(400, 'MissingRequiredParameter', `${name}: expected a value, got nothing`);
  return value;
}

/** A function over machines, at an address with its parameters in brackets and at one with those of a query. */
function finders(name: string, summary: string, filterOf: (given: Arguments) => FilterTree): readonly Route[] {
  return [name, `${name}:args`].map((last) => ({
    method: 'GET',
    path: `/machines/${last}`,
    roles,
    tag: 'Machines',
    summary,
    options: 'list',
    answer: collectionSchema(machineType),
    async handle(request, _reply, context) {
      const filter = filterOf(argumentsOf(request));
      return devicesAnswer(request, context, { rules: machineRules, fragment: 'Machines', filter, toRow: toMachine });
    },
  }));
}

function byTag(given: Arguments): FilterTree {
  const value = required(given, 'tag');
  const begins = given.get('usestartswithfilter')?.toLowerCase() ?? 'false';
  if (begins !== 'true' && begins !== 'false')
    throw new ApiError(
      400,
      'InvalidInput',
      `useStartsWithFilter: expected true or false, got "${begins.slice(0, 40)}"`,
    );
  return begins === 'true'
    ? { kind: 'text', property: 'tags', operator: 'startswith', value }
    : { kind: 'compare', property: 'tags', operator: 'eq', value };
}

function byIp(given: Arguments): FilterTree {
  const value = required(given, 'ip');
  if (isIP(value) === 0)
    throw new ApiError(400, 'InvalidIpAddress', `ip: expected an address, got "${value.slice(0, 60)}"`);
  const timestamp = required(given, 'timestamp');
  const instant = parseInstant(timestamp);
  if (instant === undefined)
    throw new ApiError(
      400,
      'InvalidInput',
      `timestamp: expected one such as 2019-09-22T08:44:05Z, got "${timestamp.slice(0, 60)}"`,
    );
  const until = new Date(Date.parse(instant.iso) + minutesAround * 60_000).toISOString();
  return {
    kind: 'and',
    operands: [
      { kind: 'compare', property: 'ipAddresses', operator: 'eq', value },
      { kind: 'compare', property: 'firstSeenAt', operator: 'le', value: until },
    ],
  };
}

/** GET /api/machines/findbytag?tag=…&useStartsWithFilter=…, also as `findbytag(tag='…')` */
export const findMachinesByTag = finders('findbytag', 'Devices with a tag, or with one that begins so.', byTag);

/**
 * GET /api/machines/findbyip(ip='…',timestamp=…): devices that report the address and were first seen before the time, give or take
 * a quarter of an hour: of earlier addresses nothing is kept.
 */
export const findMachinesByIp = finders('findbyip', 'Devices with an address that were known at a time.', byIp);
