import { collectionOf, collectionSchema } from '../../contract/collection.ts';
import type { Collection } from '../../contract/collection.ts';
import { machineType, toMachine } from '../../contract/machine.ts';
import type { Machine } from '../../contract/machine.ts';
import { deviceQueryOf, machineRules, orderValuesOf } from '../../odata/machine-query.ts';
import { parseQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';
import { machineFactsOf } from './machine-facts.ts';

/** GET /api/machines */
export const listMachines: Route = {
  method: 'GET',
  path: '/machines',
  roles: ['Machine.Read.All', 'Machine.Read'],
  tag: 'Machines',
  summary: 'Devices, page by page.',
  options: 'list',
  answer: collectionSchema(machineType),
  async handle(request, _reply, { application, caller, baseUrl, now }): Promise<Collection<Partial<Machine>>> {
    const options = parseQueryOptions(request.query as Record<string, unknown>, machineRules);
    const facts = machineFactsOf(application, caller, now);
    const page = application.listDevices(caller, deviceQueryOf(options, facts));
    const last = page.devices.at(-1);
    return collectionOf({
      baseUrl,
      url: request.url,
      fragment: 'Machines',
      rows: page.devices.map((device) => toMachine(device, application.exposure.stateOf(device), facts)),
      count: page.count,
      next: last !== undefined && page.hasMore ? orderValuesOf(last, options.orderBy, facts) : undefined,
      options,
    });
  },
};
