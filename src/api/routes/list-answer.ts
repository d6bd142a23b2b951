import type { FastifyRequest } from 'fastify';
import type { DeviceRow } from '../../store/store.ts';
import type { FilterTree } from '../../store/filter.ts';
import { collectionOf } from '../contract/collection.ts';
import type { Collection } from '../contract/collection.ts';
import type { MachineFacts, MachineState } from '../contract/machine.ts';
import { machineReferenceType, toMachineReference } from '../contract/machine-reference.ts';
import type { MachineReference } from '../contract/machine-reference.ts';
import { ApiError } from '../errors.ts';
import type { Row } from '../odata/evaluate.ts';
import type { Literal } from '../odata/filter.ts';
import type { ListRules } from '../odata/list-rules.ts';
import { deviceQueryOf, orderValuesOf } from '../odata/machine-query.ts';
import { pageOf } from '../odata/page.ts';
import { parseQueryOptions } from '../odata/query-options.ts';
import { machineFactsOf } from './machines/machine-facts.ts';
import type { RouteContext } from './route.ts';

/** A page of rows that are at hand. @throws {ApiError} 400 `ODataError` */
export function listAnswer<T extends Row & { readonly id: string | null }>(
  request: FastifyRequest,
  { baseUrl }: RouteContext,
  { rules, fragment, rows }: { readonly rules: ListRules; readonly fragment: string; readonly rows: readonly T[] },
): Collection<Partial<T>> {
  const options = parseQueryOptions(request.query as Record<string, unknown>, rules);
  const page = pageOf(rows, options, rules.largestPage);
  return collectionOf({ baseUrl, url: request.url, fragment, ...page, options });
}

/** How a list of devices is asked for and shown. */
export interface DeviceList<T> {
  readonly rules: ListRules;
  readonly fragment: string;
  /** Beside what the client asks. */
  readonly filter?: FilterTree;
  toRow(device: DeviceRow, state: MachineState, facts: MachineFacts): T;
}

/** A page of devices out of the store. @throws {ApiError} 400 `ODataError` */
export async function devicesAnswer<T extends object>(
  request: FastifyRequest,
  { application, caller, baseUrl, now }: RouteContext,
  { rules, fragment, filter, toRow }: DeviceList<T>,
): Promise<Collection<Partial<T>>> {
  const options = parseQueryOptions(request.query as Record<string, unknown>, rules);
  const facts = machineFactsOf(application, caller, now);
  const query = deviceQueryOf(options, facts);
  const operands = [query.filter, filter].filter((each) => each !== undefined);
  const page = await application.listDevices(
    caller,
    operands.length === 0 ? query : { ...query, filter: { kind: 'and', operands } },
  );
  const last = page.devices.at(-1);
  const nextOf = (device: DeviceRow): readonly Literal[] =>
    orderValuesOf({ device, state: application.exposure.stateOf(device) }, options.orderBy, facts);
  return collectionOf({
    baseUrl,
    url: request.url,
    fragment,
    rows: page.devices.map((device) => toRow(device, application.exposure.stateOf(device), facts)),
    count: page.count,
    next: last !== undefined && page.hasMore ? nextOf(last) : undefined,
    options,
  });
}

const referenceRules: ListRules = { type: machineReferenceType, largestPage: 10_000 };

/** The devices that fit, as they stand below a software, CVE or recommendation. */
export function referencesAnswer(
  request: FastifyRequest,
  context: RouteContext,
  filter: FilterTree,
): Promise<Collection<Partial<MachineReference>>> {
  return devicesAnswer(request, context, {
    rules: referenceRules,
    fragment: 'MachineReferences',
    filter,
    toRow: toMachineReference,
  });
}

/** `Software x was not found` */
export function notFound(kind: string, id: string): ApiError {
  return new ApiError(404, 'ResourceNotFound', `${kind} ${id.slice(0, 200)} was not found`);
}
