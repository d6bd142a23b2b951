import { entityOf, entitySchema } from '../../contract/collection.ts';
import { machineType, toMachine } from '../../contract/machine.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';
import { machineFactsOf } from './machine-facts.ts';

/** GET /api/machines/{id}, by id or computer name */
export const getMachine: Route = {
  method: 'GET',
  path: '/machines/:id',
  roles: ['Machine.Read.All', 'Machine.Read'],
  tag: 'Machines',
  summary: 'One device, by id or computer name.',
  options: 'entity',
  answer: entitySchema(machineType),
  async handle(request, _reply, { application, caller, baseUrl, now }) {
    const options = checkQueryOptions(request.query as Record<string, unknown>, machineType);
    const device = await application.getDevice(caller, idOf(request));
    const facts = machineFactsOf(application, caller, now);
    const machine = toMachine(device, application.exposure.stateOf(device), facts);
    return entityOf(baseUrl, 'Machine', machine, options);
  },
};
